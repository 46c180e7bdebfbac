-- A town around the buyers of a past, as last night left it: %(members)s members, what they did, and what was said of them.
-- %(now)s is tonight, a few minutes past midnight; %(points)s what a check-in earns; %(community)s where they live, %(channel)s by which code some came.
SET LOCAL statement_timeout = 0;
SET LOCAL synchronous_commit = off;

INSERT INTO accounts_user
       (code, phone, phone_hash, phone_tail, name, password, language, refund_to_balance, is_active, is_staff,
        is_superuser, joined_at)
SELECT 'T' || lpad(n::text, 9, '0'), phone, 'town-' || n, '0000', '', '', 'zh-hans', false, true, false, false,
       %(now)s::timestamptz - interval '400 days'
  FROM generate_series(1, %(members)s - (SELECT count(DISTINCT buyer_id) FROM orders_order)) n,
       (SELECT phone FROM accounts_user LIMIT 1) AS somebody;

CREATE TEMP TABLE town ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) AS nth FROM accounts_user
 WHERE id NOT IN (SELECT user_id FROM accounts_staffmember);
CREATE TEMP TABLE days ON COMMIT DROP AS
SELECT past, %(now)s::timestamptz - past * interval '1 day' - interval '6 hours' AS at FROM generate_series(0, 39) past;
ANALYZE town;

-- One in thirty has moved house, one in forty has left.
INSERT INTO community_membership (community_id, user_id, joined_at, left_at)
SELECT %(community)s, id, %(now)s::timestamptz - (20 + nth %% 400) * interval '1 day',
       CASE WHEN nth %% 30 = 1 THEN %(now)s::timestamptz - interval '15 days'
            WHEN nth %% 40 = 0 THEN %(now)s::timestamptz - nth %% 20 * interval '1 day' END
  FROM town;
INSERT INTO community_membership (community_id, user_id, joined_at)
SELECT %(community)s, id, %(now)s::timestamptz - interval '15 days' FROM town WHERE nth %% 30 = 1;

-- From those who come every second day to those who come every forty days; each time earns points.
INSERT INTO community_checkin (user_id, day, streak)
SELECT id, (at AT TIME ZONE 'Asia/Shanghai')::date, 1 FROM town, days
 WHERE (nth * 7 + past) %% (2 + nth %% 39) = 0;
INSERT INTO community_sharelink (code, sharer_id, subject_kind, subject_code, made_at, visits)
SELECT 'T' || lpad((nth * 4 + turn)::text, 9, '0'), id, 'campaign', 'C' || turn,
       %(now)s::timestamptz - (nth * turn) %% 120 * interval '1 day', 0
  FROM town, generate_series(0, 3) turn WHERE nth %% 5 >= turn + 1;
INSERT INTO community_pointsentry
       (user_id, delta, kind, source, subject, status, made_at, spendable_at, expires_at)
SELECT user_id, %(points)s, 'check_in', user_id || ':' || day, '', 'spendable', day, day, day + 365
  FROM community_checkin ORDER BY user_id, day;
INSERT INTO community_pointsaccount (user_id, balance, pending, debt)
SELECT user_id, %(points)s * count(*), 0, 0 FROM community_checkin GROUP BY user_id
    ON CONFLICT (user_id) DO UPDATE SET balance = community_pointsaccount.balance + EXCLUDED.balance;

-- Every tenth looked at two campaigns on each of the last days, some of them by a code; every tenth order came by it.
INSERT INTO analytics_visit (day, seen_at, merchant_id, campaign_id, channel_id, visitor, is_counted)
SELECT (at AT TIME ZONE 'Asia/Shanghai')::date, at, merchant_id, campaign.id,
       CASE WHEN nth %% 3 = 0 THEN %(channel)s END, md5(nth || ':' || past), true
  FROM town JOIN days ON past < 8 AND (nth + past * 17) %% 10 = 0 CROSS JOIN generate_series(0, 1) look
  JOIN (SELECT id, merchant_id, row_number() OVER (ORDER BY id DESC) - 1 AS place FROM campaigns_campaign) campaign
    ON place = (nth * 7 + look) %% least(200, (SELECT count(*) FROM campaigns_campaign));
INSERT INTO marketing_channelorder (order_id, channel_id)
SELECT id, %(channel)s FROM orders_order WHERE id / 7 %% 10 = 0;
INSERT INTO marketing_channelarrival (user_id, channel_id, arrived_at)
SELECT id, %(channel)s, %(now)s::timestamptz - nth / 20 %% 200 * interval '1 day' FROM town WHERE nth %% 20 = 0;

-- Last night, with tiers and segments that most of them have outgrown.
DELETE FROM community_memberstanding;
INSERT INTO community_memberstanding
       (user_id, tier_id, since, spend_12m_fen, growth, streak_months, reviewed_at, review_on)
SELECT town.id, tier.id, %(now)s::timestamptz - interval '100 days', 0, 0, 0, %(now)s::timestamptz - interval '1 day',
       CASE nth %% 4 WHEN 1 THEN (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
                     WHEN 2 THEN (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date + 20 END
  FROM town JOIN community_membertier tier ON tier.rank = CASE WHEN nth %% 20 < 13 THEN 0 WHEN nth %% 20 < 18 THEN 1 ELSE 2 END
 ORDER BY town.id;
INSERT INTO community_membersegment (user_id, segment, since, figures, computed_at)
SELECT id, (ARRAY['new', 'ordinary', 'dormant', 'active', 'repeat', 'high_value', 'churned'])[1 + nth %% 7],
       %(now)s::timestamptz - interval '50 days', '{}', %(now)s::timestamptz - interval '1 day'
  FROM town WHERE nth %% 20 > 0 ORDER BY id;
