# 摘要、回顾，以及其链接所打开的页面。
digest-asked-by = { $by } 这个时间不能来
digest-doubtful-ask = 请提交记录、说明未进行，或改期
digest-called-off-instead = 改由 { $visit } 于 { $day } 进行
digest-called-off-nothing = 尚无其他上门服务
digest-incomplete-left = { $count }项检查未能进行
digest-incomplete-rest = { $visit }，{ $day }，{ $engineer }
digest-incomplete-nobody = 暂无人可上门补查
digest-review-why = 记录 { $form }：{ $why ->
    [expired] 提交时链接已过期
    [revoked] 提交时该服务已改派其他工程师
    [cancelled] 提交时该服务已取消
    [other-record] 提交时该服务已有另一份记录
    [conflict] 同一份记录的另一个不同版本
    [in-the-future] 所填完成时间晚于当前时间
   *[for-review] 工程师请您审核
}
digest-unfit-why = { $why ->
    [engineer-gone] { $engineer }已离职
    [engineer-off] { $engineer }{ $day }不上班
    [lacks-skill] { $engineer }不具备技能{ $skill }
    [certificate-ends] { $engineer }的{ $skill }证书{ $day }到期
    [site-closed] 现场{ $day }关闭
   *[no-equipment] 现场没有可检查的设备
}
digest-unfit-proposal = 建议：{ $engineer }，{ $day } { $time }
digest-unfit-nobody = 在期限内无人可以前往
digest-waits-record = 缺少服务记录
digest-waits-drawing = 报告尚未生成
digest-waits-delivery = 已发出，尚未被所有邮件服务器接收
digest-waits-refused = 邮件服务器拒收了信件
digest-waits-recipient = 现场没有报告收件人
digest-waits-visit = 服务定于 { $day }
digest-waits-planning = 尚未安排服务
digest-waits-rest = 有项目未能检查，且尚未安排补查
digest-unreachable-since = 自 { $day } 起
digest-unreachable-ask = 该地址是否仍然正确？如果正确，请重新发送该信件；否则请导入接替的联系人
digest-risk-habit = 通常需要 { $usual } 个工作日，还剩 { $left } 个
digest-risk-longer = 用时已超过最近的每一份报告，剩余工作日：{ $left }
digest-risk-soon = 还剩 { $left } 个工作日
digest-risk-no-visit = 尚未安排服务，剩余工作日：{ $left }
digest-risk-visit-too-late = 服务要到 { $day } 才进行
digest-ledger = 自 { $day } 起算
digest-most-late = 主要集中于 { $names }
digest-all = 查看全部清单
digest-attached = 完整清单见附件表格。
digest-today = 今天，{ $day }
digest-week = 本周服务 · { $count }
digest-week-visits = { $count } 次服务
digest-quiet = 未来七天 { $visits }；{ $month }至今履约率 { $percent }%。
digest-quiet-undecided = 未来七天 { $visits }。
digest-excused = { $count } 项已豁免
digest-kind = { $owed ->
    [visit] 服务
    [training] 培训
    [record] 服务记录
   *[report] 报告
}
digest-trend = 按月
review-trend = 此前各期
review-subject = { $verdict } · { $period }
review-verdict = 履约率 { $percent }%
review-verdict-none = 没有到期事项
review-by-kind = 按承诺类别
review-by-customer = 按客户
review-by-engineer = 按工程师
review-row = { $all } 项中 { $kept } 项按期
review-row-late = { $metlate } 项迟交，{ $late } 项仍逾期
review-ahead = 接下来
review-visits-ahead = 已安排 { $count } 次服务，其中培训 { $trainings } 次
review-windows-without-visit = { $count } 个时间窗即将结束而未安排服务
review-phase = { $equipment }（{ $site }）的质保于 { $day } 到期

decide-for = 致 { $name }
decide-number = 编号
decide-standing = 状态
decide-due = 期限
decide-due-below = 至现场当日结束
decide-window = 时间窗
decide-waits = 未了结原因
decide-visit = 服务
decide-visit-planned = 已排期，尚未通知任何人
decide-visit-booked = 已通知
decide-visit-done = 已完成
decide-visit-cancelled = 已取消
decide-why = 原因
decide-letter-to = 收件人
decide-letter-said = 服务器答复
decide-letter-attempts = 尝试次数
decide-letter = 未送达的信件：{ $subject }
decide-slot = 未安排的{ $purpose }
decide-gone = 此行所涉事项
decide-ledger = 期限的计算
decide-ledger-from = { $day }：开始计时，当天不计
decide-ledger-due = { $day }结束前到期
decide-ledger-calendar = 日历 { $calendar }
decide-settled-met = 已了结：{ $at } 完成。无需再处理。
decide-settled-excused = { $by } 已于 { $at } 豁免：{ $why }
decide-settled-not-owed = 此项已不再需要：服务已改期、取消或重新排期。无需再处理。
decide-settled-visit-done = 服务已于 { $at } 进行。无需再处理。
decide-settled-visit-cancelled = 服务已于 { $at } 取消。此处无需再处理。
decide-settled-planned = 现已安排服务。此处无需再处理。
decide-settled-letter = 此信已重新发出，或其事项已办结。无需再处理。
decide-acts = 已做的处理
decide-done = 已完成。处理记录见下方。
decide-act-remind = 已提醒工程师
decide-act-assign = 已指派给 { $engineer }
decide-act-move = 已改到 { $day }
decide-act-move-time = 已改到 { $day } { $time }
decide-act-handed-over = 报告已于 { $day } 由 { $by } 当面交给 { $to }
decide-act-excuse = 已豁免：{ $why }
decide-act-retry = 信件已重新发送
decide-act-by = { $at }，{ $by }
decide-what = 您要怎样处理？
decide-ask = 按下按钮之前，不会有任何更改。
decide-remind = 立即提醒 { $engineer }
decide-remind-lead = { $engineer } 将收到一封说明现状的信。
decide-remind-wait = 已经提醒过；{ $at } 之后可再次提醒。
decide-assign = 指派给其他人
decide-assign-lead = 以下人员 { $day } 有空且具备技能，近者在前。所有已获通知的人都会收到变更通知。
decide-assign-nobody = { $day } 没有其他具备技能的人有空。请改到其他日期。
decide-assign-engineer = 工程师
decide-move = 改到其他日期
decide-move-lead = 目前定于 { $day } { $time }。所有已获通知的人都会收到变更通知。
decide-move-lead-planned = 计划于 { $day } { $time }。尚未通知任何人：改期后仍为计划，临近新日期时才会通知。
decide-move-day = 日期
decide-move-time = 时间（留空则不变）
decide-unfit = 无法进行
decide-take-proposal = 采纳建议：{ $engineer }，{ $day } { $time }
decide-take-proposal-lead = 已获知此次上门服务的所有人都会收到变更通知。
decide-press-take-proposal = 采纳
decide-act-take-proposal = 已采纳建议：{ $engineer }，{ $day } { $time }
decide-refused-engineer-gone = { $engineer }自{ $day }起已离职；请选择其他人。
decide-handed-over = 登记报告已当面交付
decide-handed-over-lead = 报告按该日送达计算。
decide-handed-over-by = 交付人
decide-handed-over-to = 接收人
decide-handed-over-on = 日期
decide-excuse = 说明理由并豁免
decide-excuse-lead = 记录将保留您的姓名和理由。此后不再提醒，既不算履约也不算违约，单独统计。
decide-excuse-why = 理由
decide-retry = 重新发送信件
decide-retry-lead = 请在原因消除后再发，例如地址更正之后。
decide-press-remind = 发送提醒
decide-press-assign = 指派
decide-press-move = 改期
decide-press-handed-over = 登记
decide-press-excuse = 豁免
decide-press-retry = 重新发送
decide-form = 待审核的服务记录：{ $purpose }
decide-form-received = 收到时间
decide-form-note = 给办公室的备注
decide-form-photos = 照片
decide-form-compared = 与存档记录相比
decide-form-differs = { $count ->
    [0] 内容相同
   *[other] 有 { $count } 处不同
}
decide-take-form = 采纳为本次服务的记录
decide-take-form-lead = 将按提交内容采纳为记录，随即生成并发出报告。报告期限自记录所填完成时间起算。
decide-dismiss-form = 搁置并说明原因
decide-dismiss-form-lead = 将连同您的姓名和原因存档，不作任何更改。
decide-press-take-form = 采纳
decide-press-dismiss-form = 搁置
decide-act-take-form = 已采纳为本次服务的记录
decide-act-dismiss-form = 已搁置：{ $why }
decide-settled-form = 已于 { $at } 处理，无需再决定。
decide-insist = 仍然这样做
decide-nothing = 此事无法在这里处理。
decide-refused-done = { $by } 已处理过（{ $at }）：{ $what }。请先查看现状再决定。
decide-refused-not-possible = 此事已不能这样处理。请查看现状。
decide-refused-order = 此表单曾以其他内容提交。未作任何更改，请重新填写下方表单。
decide-refused-reminded = 一小时内已提醒过工程师；{ $at } 之后可再次提醒。
decide-refused-more = 请填写所有栏目，每项不超过 500 字。
decide-refused-handed-over = 报告于 { $drawn } 生成，今天是 { $today }：交付日应在两者之间。
decide-refused-past = 现场的 { $day } 已过；请选择今天或以后的日期。
decide-refused-day-off = { $day } 是现场的休息日。
decide-refused-window = { $day } 不在时间窗内（{ $first } 至 { $last }）。
decide-refused-skill = { $engineer } 不具备技能 { $skill }。
decide-refused-reach = { $engineer } 在其他国家工作，不派往 { $site }。
decide-refused-engineer-off = { $engineer } 在 { $day } 休息：{ $why }。
decide-refused-taken = { $engineer } 在 { $day } 没有空档（服务 { $visits }）。
decide-refused-contract = 合同 { $contract } 已于 { $day } 终止；请先续签。
decide-refused-changed = 刚刚有人更改了此次服务。请查看现状。
decide-refused-control = 您填写的第 { $at } 个字符无法保存，请删除。
decide-refused-engineer = 没有工程师 { $engineer }，请从列表中选择。
decide-refused-holidays = 日历 { $calendar } 尚不知道 { $day } 的节假日，请选择更早的日期。
decide-written = 您填写的内容：{ $text }
decide-form-broken = 表单未完整送达。未作任何更改，请重试。
decide-form-no-day = 这不是日期：{ $typed }。未作任何更改，请按 2026-03-12 的格式填写。
decide-form-no-time = 这不是时间：{ $typed }。未作任何更改，请按 09:30 的格式填写。
decide-link-unknown = 此链接无法识别。请从信中复制完整地址。
decide-link-expired = 此链接的有效期至 { $at }。最新摘要中，仍未了结的事项都有新链接。
decide-link-revoked = 此链接已被替换。请使用最新信件中的链接。
decide-link-title = 此链接无法打开任何内容
decide-lists = 未了结的事项
decide-lists-lead = 当前状况，{ $at }。打开任一行可查看原因并处理。
decide-lists-empty = 没有未了结的事项。
decide-lists-csv = 下载表格（CSV）
decide-lists-all = 全部 { $count } 项
decide-lists-back = 全部清单
decide-lists-earlier = 上一页
decide-lists-later = 下一页
