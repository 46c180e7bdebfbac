"""What acts of the audit trail and alerts are called. Services write codes; operators read words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTS: dict[str, Promise] = {
    "alert.close": _("关闭告警"),
    "campaign.approve": _("通过团购"),
    "campaign.cancel": _("取消团购"),
    "campaign.save": _("保存团购"),
    "campaign.send_back": _("退回团购"),
    "campaign.submit": _("提交团购"),
    "category.add": _("新增类目"),
    "category.change": _("修改类目"),
    "channel.make": _("新建渠道码"),
    "channel.switch": _("启用或停用渠道码"),
    "community.found": _("新建社区"),
    "community.serve": _("自提点选择社区"),
    "community.update": _("修改社区"),
    "contact.add": _("添加联系方式"),
    "contact.forget": _("移除联系方式"),
    "coupon.add_codes": _("生成兑换码"),
    "coupon.change": _("修改优惠券"),
    "coupon.create": _("新建优惠券"),
    "coupon.issue": _("发放优惠券"),
    "coupon.stop": _("停止发放优惠券"),
    "customer.look": _("查看顾客画像"),
    "dispatch.send_again": _("重新发送消息"),
    "event.run_again": _("重新投递事件"),
    "export.make": _("导出"),
    "export.repeat": _("重新导出"),
    "group.change": _("修改运营组"),
    "image.add": _("上传商品图片"),
    "image.remove": _("删除商品图片"),
    "merchant.approve": _("通过商家"),
    "merchant.fee": _("修改平台服务费"),
    "merchant.reject": _("不通过商家"),
    "merchant.restore": _("恢复商家"),
    "merchant.see_licence": _("查看营业执照"),
    "merchant.service": _("修改客服方式"),
    "merchant.suspend": _("停用商家"),
    "merchant.trust": _("改变免审"),
    "message_kind.change": _("修改消息模板"),
    "message_kind.reset": _("恢复消息模板"),
    "operator.appoint": _("设置运营组"),
    "operator.dismiss": _("撤下运营人员"),
    "operator.entrust": _("授予全部权限"),
    "order.freeze": _("冻结结算"),
    "order.hand_over": _("交货"),
    "order.ready": _("标记到货"),
    "order.refund": _("售后退款"),
    "order.unfreeze": _("解除冻结"),
    "password.reset": _("重设密码"),
    "payee.add": _("添加收款账户"),
    "payee.remove": _("移除收款账户"),
    "personal_data.reveal": _("查看完整资料"),
    "pickup_point.save": _("保存自提点"),
    "pickup_point.switch": _("启用或停用自提点"),
    "product.create": _("新建商品"),
    "product.import": _("导入商品"),
    "product.off_shelf": _("下架商品"),
    "product.on_shelf": _("上架商品"),
    "product.update": _("修改商品"),
    "question.answer": _("回答提问"),
    "question.hide": _("隐藏提问"),
    "question.show": _("恢复提问"),
    "reconciliation.read_again": _("重新核对账单"),
    "reconciliation.replay": _("就差异再问渠道"),
    "reconciliation.settle": _("了结对账差异"),
    "reconciliation.take_on": _("认领对账差异"),
    "refund.give_to_balance": _("退款改退余额"),
    "refund.pay_elsewhere": _("退款打到其他账户"),
    "refund.retry": _("重新提交退款"),
    "review.answer": _("回复评价"),
    "review.hide": _("隐藏评价"),
    "review.import": _("导入评价"),
    "review.show": _("恢复评价"),
    "segment_rules.change": _("修改分层规则"),
    "robot.connect": _("接上群机器人"),
    "robot.disconnect": _("断开群机器人"),
    "staff.add": _("添加店员"),
    "staff.change": _("修改店员角色"),
    "staff.remove": _("移除店员"),
    "stock.threshold": _("修改预警线"),
    "tag.drop": _("删除标签"),
    "tag.make": _("新建标签"),
    "tag.put": _("贴标签"),
    "tag.take": _("去掉标签"),
    "withdrawal.approve": _("审批提现"),
    "withdrawal.cancel": _("撤回提现"),
    "withdrawal.fail": _("提现打款失败"),
    "withdrawal.lift_hold": _("解除提现冻结"),
    "withdrawal.pay": _("提现已打款"),
    "withdrawal.reject": _("拒绝提现"),
    "withdrawal.request": _("申请提现"),
}

# What an alert is called: in a list, where its sentence says the rest.
ALERTS: dict[str, Promise] = {
    "bill_unread": _("账单核对出错"),
    "campaign_stays_closing": _("团购结算卡住"),
    "campaign_unopened": _("团购开不了团"),
    "campaign_unsettled": _("团购结算出错"),
    "channel_down": _("消息渠道发不出去"),
    "invariant": _("不变量不成立"),
    "invariant_unchecked": _("不变量查不了"),
    "payment_contradicted": _("渠道与已收款矛盾"),
    "payment_unresolved": _("支付查询出错"),
    "refund_stuck": _("退款处理出错"),
}

KINDS: dict[str, Promise] = {
    "alert": pgettext_lazy("one", "告警"),
    "bill": pgettext_lazy("one", "渠道账单"),
    "campaign": pgettext_lazy("one", "团购"),
    "category": pgettext_lazy("one", "类目"),
    "channel": pgettext_lazy("one", "渠道码"),
    "community": pgettext_lazy("one", "社区"),
    "coupon": pgettext_lazy("one", "优惠券"),
    "delivery": pgettext_lazy("one", "事件"),
    "export": pgettext_lazy("one", "导出"),
    "dispatch": pgettext_lazy("one", "发送记录"),
    "group": pgettext_lazy("one", "运营组"),
    "invariant": pgettext_lazy("one", "不变量"),
    "merchant": pgettext_lazy("one", "商家"),
    "message_channel": pgettext_lazy("one", "消息渠道"),
    "message_kind": pgettext_lazy("one", "消息模板"),
    "order": pgettext_lazy("one", "订单"),
    "payee": pgettext_lazy("one", "收款账户"),
    "payment": pgettext_lazy("one", "支付单"),
    "pickup_point": pgettext_lazy("one", "自提点"),
    "product": pgettext_lazy("one", "商品"),
    "question": pgettext_lazy("one", "提问"),
    "reconciliation_case": pgettext_lazy("one", "对账差异"),
    "refund": pgettext_lazy("one", "退款单"),
    "review": pgettext_lazy("one", "评价"),
    "sku": pgettext_lazy("one", "规格"),
    "user": pgettext_lazy("one", "用户"),
    "withdrawal": pgettext_lazy("one", "提现单"),
}


def alert_in_words(kind: str) -> Promise | str:
    """What an alert is called; one that nobody named keeps its code."""
    return ALERTS.get(kind, kind)


def words_of(action: str) -> Promise | str:
    """What an act is called; one that nobody named keeps its code."""
    return ACTS.get(action, action)


def subject_in_words(subject: str) -> str:
    """What an act was done to: its kind in words and its code. `review:7K2M` is 评价 7K2M."""
    kind, colon, code = subject.partition(":")
    return f"{KINDS[kind]} {code}" if colon and kind in KINDS else subject
