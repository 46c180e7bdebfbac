"""The detectors there are, as they are set from the beginning, and the risks of the business that are known.

States are honest: "controlled" is what code or people keep under control today, and each control is named.
"""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

DETECTORS = {
    "coupon_farming": "deny",
    "referral_ring": "flag",
    "self_referral": "flag",
    "shared_address": "flag",
    "shared_device": "flag",
    "tier_lift": "flag",
    "unpaid_orders": "deny",
    "velocity": "flag",
}

# code, category, title, description, state, owner group, control, controlled by
RISKS = [
    ("goods-not-as-described", "quality", "以次充好、虚假宣传", "商品与描述不符，买家收到的不是页面上说的", "partial", "content",
     "商家入驻审核执照，团购开团前审核，买家晒单评价公开、只有收过货的人能评", ["process:入驻审核", "process:开团审核", "invariant:reviews_of_own_goods"]),
    ("spoiled-goods", "quality", "过期变质", "生鲜到货时已经不新鲜或过了保质期", "partial", "support",
     "48 小时内可报质量问题，小额按规则立即退款；还没有供应商抽检", ["process:质量问题售后"]),
    ("supplier-unchecked", "quality", "供应商资质失效", "入驻以后执照过期、资质变化没有人发现", "uncontrolled", "operations", "", []),
    ("disputes-unanswered", "quality", "售后响应滞后", "退换货流程复杂、客服不回应，买家流失", "partial", "support",
     "小额自动退款，商家电话和服务时间公开；还没有 48 小时响应时限和平台仲裁", ["process:自动退款"]),
    ("late-delivery", "logistics", "配送延迟", "货没有按说好的时间到自提点或家里", "uncontrolled", "operations", "", []),
    ("damaged-or-lost", "logistics", "破损或丢失", "货在路上或自提点坏了、少了", "partial", "support",
     "交接单逐件点数签字，买家可按件报缺损退款；还没有物流预案", ["process:交接单", "process:质量问题售后"]),
    ("handed-to-wrong-person", "logistics", "交错货", "自提点把货交给了别人", "controlled", "operations",
     "凭取货码交货，同一商家的取货码不重复", ["process:取货码"]),
    ("oversold", "logistics", "超卖", "卖出的件数多于有的件数", "controlled", "operations",
     "库存和活动库存只用带条件的更新扣减，流水与余量逐笔相符", ["invariant:stock.conserved", "invariant:allotment.not_oversold"]),
    ("funds-misused", "funds", "资金挪用", "预付款在交货前被商家或平台动用", "controlled", "finance",
     "货款托管到售后期满，复式记账不可改写，每一分都说得出在哪里", ["invariant:money_ledger_balances", "invariant:money_every_fen_located", "invariant:completed_orders_were_due"]),
    ("payout-to-thief", "funds", "提现被盗", "账号被盗后加上别人的收款账户提走", "controlled", "risk",
     "新收款账户、频繁提现、当事人有未结案件时冻结，大额两人审批，申请人不能审批自己的", ["check:payee_is_new", "check:asked_often", "check:open_risk_case", "invariant:payout_approved_by_others"]),
    ("books-differ-from-gateway", "funds", "账实不符", "渠道收到的和我们记的不一样", "controlled", "finance",
     "每日逐笔核对渠道账单，差异成案，只按渠道答复修正", ["invariant:reconciliation_every_day", "invariant:reconciliation_differences_have_cases"]),
    ("refund-lost", "funds", "退款没到账", "退款丢失、重复或卡住", "controlled", "finance",
     "退款号先落库再请求渠道，定时追踪，退不了的由人处理", ["invariant:money_refunds_bounded", "invariant:money_refunds_advance"]),
    ("personal-data-leaked", "data", "个人信息泄露", "电话、地址被非法获取", "partial", "risk",
     "字段加密、页面打码、日志和事件不带号码；还没有定期安全审计报告", ["invariant:personal_data_encrypted", "invariant:events_carry_no_phone_number", "invariant:evidence_carries_no_phone_number"]),
    ("data-seen-inside", "data", "内部人员越权查看", "运营人员没有理由地查看买家资料", "partial", "risk",
     "按组授权，查看完整资料要写原因并留痕；还没有定期复查", ["process:查看留痕", "process:按组授权"]),
    ("fake-orders", "fake_orders", "刷单", "同一伙人下假单抬销量、抬排名", "controlled", "risk",
     "下单时看频率、设备和收货地址，可疑的成案由人判断", ["detector:velocity", "detector:shared_device", "detector:shared_address", "invariant:flagged_orders_have_cases"]),
    ("stock-blocked", "fake_orders", "恶意占库存", "反复下单不付款，邻居买不到", "controlled", "risk",
     "限时付款到点释放，反复过期的暂停下单", ["detector:unpaid_orders", "invariant:ended_orders_hold_nothing"]),
    ("tier-lifted", "fake_orders", "团长凑单抬档", "团长自买把团推到下一档，降价后退款", "controlled", "risk",
     "下单时看团长以前退过的单，结算后巡查，案件可冻结结算", ["detector:tier_lift"]),
    ("self-invited", "fake_orders", "自邀自返", "用小号邀请自己，骗取邀请奖励", "controlled", "risk",
     "比较双方设备、收款账户、地址和网络，沿邀请关系找环", ["detector:self_referral", "detector:referral_ring"]),
    ("coupons-farmed", "fake_orders", "薅新客券", "一台设备批量注册领新客券", "controlled", "risk",
     "一台设备上拿新客券的账号有上限，用掉的由巡查发现", ["detector:coupon_farming"]),
    ("members-churn", "churn", "用户流失", "退群或 90 天没有动静，活跃度低", "partial", "operations",
     "按规则每晚分出沉睡和流失的成员，可定向发券；召回还靠人发起", ["process:会员分群", "process:定向发券"]),
    ("conversion-low", "conversion", "转化低迷", "看的人多、付款的人少，路径不清楚", "partial", "operations",
     "按团购和渠道看浏览、加入、付款的漏斗；还没有自动提醒", ["process:转化漏斗"]),
    ("campaigns-missed", "conversion", "不成团", "人数不到，买家白等，商家白备货", "controlled", "operations",
     "未成团的三种处理事先公布，到点自动全员退款或延长", ["invariant:no_campaign_is_stuck", "invariant:outcome_follows_the_rules"]),
    ("single-channel", "operation", "依赖单一流量渠道", "一个渠道变化，客流就断", "partial", "operations",
     "渠道码记录每个渠道带来的人，看得出集中度；分散还靠人", ["process:渠道码"]),
    ("price-and-choice", "operation", "选品与价格不匹配", "盲目低价，毛利不足或质量下降", "accepted", "operations",
     "由商家自己定价、自担盈亏，平台只审核", ["process:开团审核"]),
    ("stock-unsold", "operation", "滞销", "备的货卖不掉", "uncontrolled", "operations", "", []),
    ("content-forbidden", "operation", "违规内容", "广告法禁用词、夸大功效", "partial", "content",
     "开团和上架由人审核，可下架、可隐藏评价；还没有禁用词检查", ["process:开团审核", "process:隐藏评价"]),
]
REVIEW_EVERY = timedelta(days=90)


def write_down(apps, schema_editor):
    detectors = apps.get_model("risk", "Detector")
    detectors.objects.bulk_create(
        (detectors(key=key, action=action) for key, action in DETECTORS.items()), ignore_conflicts=True
    )
    now, item = timezone.now(), apps.get_model("risk", "RiskItem")
    names = ("code", "category", "title", "description", "state", "owner_group", "control", "controlled_by")
    item.objects.bulk_create(
        (
            item(**dict(zip(names, risk, strict=True)), reviewed_at=now, next_review_at=now + REVIEW_EVERY)
            for risk in RISKS
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("risk", "0001_cases_sightings_and_register")]
    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
