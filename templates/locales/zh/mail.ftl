# 信件。
mail-greeting = { $name }，您好！
mail-footer = 您可以直接回复本邮件，我们有专人阅读。
mail-purpose = { $purpose ->
    [inspection] 巡检
    [maintenance] 维护保养
    [training] 培训
    [follow-up] 回访
    [call-out] 故障抢修
   *[planned-support] 计划支持
}
mail-takes-hours = { $hours } 小时
mail-takes-minutes = { $minutes } 分钟
mail-takes-both = { $hours } 小时 { $minutes } 分钟
mail-when = { $day } { $time }
mail-when-below = 当地时间；约需 { $takes }
mail-file-size = PDF，{ $kilobytes } KB
mail-file-size-mb = PDF，{ $megabytes } MB
mail-no-engineer = 尚无工程师

mail-fact-when = 时间
mail-fact-where = 地点
mail-fact-what = 内容
mail-fact-equipment = 设备
mail-fact-topics = 主题
mail-fact-why = 原因
mail-why-rest = { $visit }中未能检查的项目：{ $why }
mail-fact-engineer = 工程师
mail-fact-customer = 客户
mail-fact-site = 现场
mail-fact-visit = 服务编号
mail-fact-attached = 附件
mail-fact-attendees = 参加人员
mail-fact-completed = 完成日期
mail-fact-standing = 状态
mail-fact-due = 期限
mail-fact-report-due = 报告期限
mail-fact-letter = 邮件编号
mail-fact-to = 收件人
mail-fact-subject = 主题
mail-fact-said = 服务器答复
mail-fact-given-up = 停止投递
mail-due-below = 截至现场当天结束
mail-reason = 原因：{ $reason }

mail-visit-announced-subject = { $site }：{ mail-purpose }，{ $day } { $time }
mail-visit-announced-headline = { mail-purpose }：{ $day } { $time }
mail-visit-announced-lead-customer = { $engineer } 将前往{ $site }，进行{ $purpose ->
    [inspection] 巡检
    [maintenance] 维护保养
    [training] 培训
    [follow-up] 回访
    [call-out] 故障抢修
   *[planned-support] 计划支持
}。请确保设备可以接近，并安排人员在记录上签字。
mail-visit-announced-lead-engineer = { $site }的这次服务（{ mail-purpose }）由您（{ $engineer }）负责。客户已收到同样的通知。
mail-visit-announced-lead-manager = { $site }的{ mail-purpose }已预约，工程师为 { $engineer }。客户和工程师均已收到通知。
mail-visit-please-answer = 如果时间不合适，请回复本邮件，我们将另行安排。
mail-visit-reminder-subject = 提醒：{ $site }，{ mail-purpose }，{ $day } { $time }
mail-visit-reminder-headline = 即将到来：{ mail-purpose }，{ $day } { $time }
mail-visit-reminder-lead-customer = 提醒您：{ $engineer } 将前往{ $site }进行{ mail-purpose }。
mail-visit-reminder-lead-engineer = 提醒您（{ $engineer }）：下一次服务是{ $site }的{ mail-purpose }。请在当天提交记录。
mail-visit-reminder-lead-manager = { $site }的{ mail-purpose }提醒已发送给 { $engineer } 和客户。
mail-visit-moved-subject = 改期至 { $day } { $time }：{ $site }，{ mail-purpose }
mail-visit-moved-headline = 改期至 { $day } { $time }
mail-visit-moved-lead = { $site }的{ mail-purpose }：原定 { $wasday } { $wastime } 的服务已改期。现在的安排如下：
mail-visit-passed-on-subject = 不再由您负责：{ $site }，{ mail-purpose }，{ $day } { $time }
mail-visit-passed-on-headline = 不再由您负责：{ mail-purpose }，{ $day }
mail-visit-passed-on-lead = { $site }的{ mail-purpose }：这次服务不再由您负责，改由 { $to } 进行。您原来的安排：
mail-visit-cancelled-subject = 取消：{ $site }，{ mail-purpose }，{ $day } { $time }
mail-visit-cancelled-headline = 取消：{ mail-purpose }，{ $day }
mail-visit-cancelled-lead = { $site }的{ mail-purpose }：以下服务不再进行。
mail-visit-cancelled-contract-ended = 合同已于{ $day }结束
mail-visit-cancelled-nothing-left = { $visit }已无待检查的项目
mail-visit-not-done-subject = 未完成：{ $site }，{ mail-purpose }，{ $day }
mail-visit-not-done-headline = 未完成：{ mail-purpose }，{ $day }
mail-visit-not-done-lead = { $site }的{ mail-purpose }：以下服务未能进行。
mail-visit-not-done-next = 我们将就新的日期与您联系。

mail-report-name = { $purpose ->
    [inspection] 巡检报告
    [maintenance] 维护保养报告
    [training] 培训证书
    [follow-up] 回访报告
    [call-out] 故障抢修报告
   *[planned-support] 计划支持报告
}
mail-report-delivered-subject = { $site }：{ $purpose ->
    [inspection] 巡检报告
    [maintenance] 维护保养报告
    [training] 培训报告
    [follow-up] 回访报告
    [call-out] 故障抢修报告
   *[planned-support] 计划支持报告
}，{ $day }
mail-report-delivered-headline = { $site }的报告
mail-report-delivered-lead = 随信附上{ $site }的{ mail-report-name }。{ $engineer } 于 { $day } 完成服务；报告包含每一项检查和读数、发现的问题以及我们的建议。
mail-report-incomplete = 本次上门尚未完成：有{ $count }项检查未能进行。报告列明了项目和原因。
mail-certificate-delivered-subject = { $site }：培训证书，{ $day }
mail-certificate-delivered-headline = 您的培训证书
mail-certificate-delivered-lead = 随信附上 { $engineer } 于 { $day } 在 { $site } 进行培训的证书。
mail-subject-revision = （第 { $revision } 版）
mail-delivered-replaces = 这是第 { $revision } 版，取代 { $day } 的第 { $replaces } 版。今后请以本版为准。
mail-delivered-replaces-signed = 这是第 { $revision } 版。{ $day } 的第 { $replaces } 版发出后，{ $name } 已在服务记录上签字。今后请以本版为准。
mail-delivered-keep = 请妥善保存该文件。如有不符之处，请回复本邮件，我们会更正。
mail-countersign-subject = 请签字：{ $site }服务记录，{ $day }
mail-countersign-headline = 请在 { $day } 的服务记录上签字
mail-countersign-lead = { $engineer } 已填写 { $day } 在{ $site }的服务记录，请您签字确认。
mail-countersign-open = 查看并签字
mail-countersign-what = 您可以查看每一项检查及其读数，逐项填写意见，并用手指签字。如有不同意见，请写在相应项目旁，报告将原文收录。如未签字，报告仍会发出并注明。

mail-owed-any = { $owed ->
    [visit] 上门服务
    [training] 培训
    [record] 服务记录
   *[report] 报告
}
mail-owed-report = { mail-report-name }
mail-owed-record = { $purpose ->
    [inspection] 巡检记录
    [maintenance] 维护保养记录
    [training] 培训记录
    [follow-up] 回访记录
    [call-out] 故障抢修记录
   *[planned-support] 计划支持记录
}
mail-owed-visit = { $purpose ->
    [inspection] 巡检
    [maintenance] 维护保养
    [training] 培训
    [follow-up] 回访
    [call-out] 故障抢修
   *[planned-support] 计划支持
}
mail-owed-training = { mail-owed-visit }
mail-deadline-subject-before = { $due } 到期：{ $site }，{ $what }
mail-deadline-subject-today = 今天到期：{ $site }，{ $what }，{ $due }
mail-deadline-subject-late = 逾期：{ $site }，{ $what }，期限 { $due }
mail-deadline-headline-before = { $what }：{ $due } 到期
mail-deadline-headline-today = { $what }：今天到期
mail-deadline-headline-late = { $what }：已逾期，期限 { $due }
mail-deadline-lead-before = { $site }的以下事项将于 { $due } 到期，尚未完成：{ $what }。
mail-deadline-lead-today = { $site }的以下事项今天（{ $due }）到期，尚未完成：{ $what }。
mail-deadline-lead-late = { $site }的以下事项期限为 { $due }，至今仍缺：{ $what }。
mail-deadline-todo-report = 解决办法：报告须由客户的邮件服务器接收，或当面交付并作登记。收到服务记录后，报告会立即生成。
mail-deadline-todo-record = 解决办法：提交服务记录；如未进行，请提交说明原因的记录。
mail-deadline-todo-visit = 解决办法：完成上门服务并提交记录。
mail-deadline-todo-training = 解决办法：完成培训并提交记录。
mail-deadline-todo-customer-open = 您无需做任何事；此信仅告知您目前的进展。
mail-deadline-todo-customer-late = 对于延误我们深表歉意。工程师的主管已获通知，我们会与您联系。
mail-standing-open = 仍在期限内
mail-standing-just-late = 自到期日结束起逾期
mail-standing-late = 逾期 { $days } 个工作日
mail-ledger-title = 期限的计算
mail-ledger-lead = 自 { $from } 起 { $within } 个工作日，当天不计；日历 { $calendar }，版本 { $version }。
mail-ledger-provisional = 其中部分日期所在年份的节假日尚未公布，期限仍可能变动。

# 每封信的结尾。
mail-hotline = 服务热线 { $number }
mail-unsubscribe = 不再接收此摘要
mail-unsubscribe-note = 由您负责的事项仍会通知您。

# 链接（办公室有公开网页时）。
mail-form-link = 填写服务记录
mail-link-yours = 此链接仅供您本人使用，请勿转发。
mail-file-open = 打开 PDF
mail-file-link-until = 此链接仅供您本人使用，有效期至 { $day }。

mail-training-invitation-subject = 培训邀请：{ $site }，{ $day } { $time }
mail-training-invitation-headline = 培训：{ $day } { $time }
mail-training-invitation-lead-customer = 诚邀贵方的操作和维护人员参加在{ $site }举行的培训，由 { $engineer } 主讲。参加人数不限，每位参加者都会列入证书。
mail-training-invitation-lead-engineer = { $site }的这次培训由您（{ $engineer }）主讲。客户人员已收到邀请，主题相同。
mail-training-invitation-lead-manager = { $site }的这次培训已预约，由 { $engineer } 主讲。客户人员已收到邀请。
mail-training-invitation-please = 哪些人会参加？近来遇到过什么问题？请回复本邮件，您提到的问题会成为培训内容。

mail-follow-up-question-subject = { $site }的设备使用得如何？我们将于 { $day } { $time } 回访
mail-follow-up-question-headline = { $site }的设备运行得如何？
mail-follow-up-question-lead-customer = 我们想了解您对我们所维护设备的使用感受。{ $engineer } 将在下列日期前来交流；请先回复几句，便于我们准备。
mail-follow-up-question-lead-engineer = { $site }的这次回访由您（{ $engineer }）负责。客户已收到以下问题，请带回答复。
mail-follow-up-question-lead-manager = { $site }的这次回访已预约，工程师为 { $engineer }。客户已收到以下问题。
mail-follow-up-question-title = 我们想了解
mail-follow-up-question-use = 设备目前如何使用？有没有变化？
mail-follow-up-question-well = 运行是否良好？有没有停机或异常？
mail-follow-up-question-staff = 有没有需要培训的新人员？
mail-follow-up-question-score = 您对我们的服务满意吗？请打分：1（很不满意）至 5（非常满意）
mail-follow-up-question-please = 每个问题一句话即可：请直接回复本邮件，我们有专人阅读。

mail-record-missing-subject-open = 缺少记录：{ $site }，{ mail-purpose }，{ $since }
mail-record-missing-subject-late = 记录逾期：{ $site }，{ mail-purpose }，{ $since }
mail-record-missing-headline-open = 缺少 { $since } 的记录
mail-record-missing-headline-late = { $since } 的记录已逾期
mail-record-missing-lead-engineer-open = 您 { $since } 在{ $site }的服务记录尚未收到。请在 { $due } 结束前提交：客户的报告在等这份记录。
mail-record-missing-lead-engineer-late = 您 { $since } 在{ $site }的服务记录期限为 { $due }，至今未收到。请今天提交：客户的报告在等这份记录。
mail-record-missing-lead-other-open = { $since } 在{ $site }的服务记录尚未收到，期限至 { $due } 结束：{ $engineer }。
mail-record-missing-lead-other-late = { $since } 在{ $site }的服务记录期限为 { $due }，至今未收到：{ $engineer }。报告在等这份记录。
mail-fact-visited = 服务日期

mail-deadline-subject-escalated = 逾期 { $days } 个工作日：{ $site }，{ $what }
mail-deadline-headline-escalated = { $what }：仍未完成
mail-deadline-lead-escalated = { $site }的以下事项期限为 { $due }，此前已提醒，至今仍缺：{ $what }。
mail-deadline-todo-escalated = 请今天决定由谁、在何时之前解决，并告知客户。
mail-deadline-todo-customer-escalated = 拖延至今，我们深表歉意。我们的主管正在处理，今天会与您联系。

mail-report-linked-lead = { $site }的{ mail-report-name }已完成。{ $engineer } 于 { $day } 完成服务；报告包含每一项检查和读数、发现的问题以及我们的建议。文件较大，不便随信附上，请在此查看：
mail-certificate-linked-lead = { $engineer } 于 { $day } 在 { $site } 进行培训的证书已完成。文件较大，不便随信附上，请在此查看：
mail-fact-file = 文件

mail-hotline-changed-subject = 服务热线号码变更：{ $number }
mail-hotline-changed-headline = 服务热线：{ $number }
mail-hotline-changed-lead = 自 { $day } 起，设备发生故障时请随时拨打 { $number }，全天候有人接听。原号码 { $previous } 由此号码取代。
mail-hotline-changed-todo = 请在电话簿、公告栏和操作规程中更新此号码。
mail-fact-hotline = 服务热线
mail-fact-previous = 原号码
mail-fact-since = 生效日期

mail-phase-ending-subject-warranty = 质保将于 { $day } 到期：{ $customer }
mail-phase-ending-subject-contract = 合同 { $contract } 将于 { $day } 到期：{ $customer }
mail-phase-ending-headline-warranty = 质保将于 { $day } 到期
mail-phase-ending-headline-contract = 服务合同将于 { $day } 到期
mail-phase-ending-lead-warranty-manager = { $days ->
    [0] 以下质保今天到期。明天起转入维护期，无间断；维护合同此时应已商定。
   *[other] 以下质保将在 { $days } 天后到期，之后无间断转入维护期；请在此之前提出维护合同方案。
}
mail-phase-ending-lead-warranty-customer = { $days ->
    [0] 以下设备的质保今天到期。我们的服务将无间断地转为维护。
   *[other] 以下设备的质保将在 { $days } 天后到期，我们的服务将无间断地转为维护。如已发现故障，请在此之前报修。
}
mail-phase-ending-lead-contract-manager = { $days ->
    [0] 以下服务合同今天到期，之后没有安排服务。
   *[other] 以下服务合同将在 { $days } 天后到期，之后没有安排服务；请提出续约方案。
}
mail-phase-ending-lead-contract-customer = { $days ->
    [0] 我们的服务合同今天到期。如需续约，请回复本邮件。
   *[other] 我们的服务合同将在 { $days } 天后到期，此后不再安排服务；如需续约，请回复本邮件。
}
mail-fact-ends = 最后一天
mail-fact-contract = 合同
mail-phase-equipment = 设备

mail-undelivered-subject = 未能送达：{ $subject }
mail-undelivered-headline = 有一封信未能送达
mail-undelivered-lead = 以下信件未能送达 { $to }。已尝试 { $attempts } 次，不会再自动重试。
mail-undelivered-todo = 请以其他方式通知收件人。原因排除后，可用以下命令重新发送：ronda letters retry { $letter }

mail-canary-subject = Ronda 的邮件可以送达：{ $day }
mail-canary-headline = 邮件可以送达
mail-canary-lead = 本邮件每天发送一次，与办公室的所有邮件走同一条路径。您能读到它，说明这条路径畅通：{ $day }。
mail-canary-todo = 如果哪一天没有收到，请检查邮件服务器：发给客户的邮件可能也在等待。
mail-canary-trail = 请保存本邮件：日后可凭它证明，截至今日的审计记录没有被截断或改写。以下命令用来与记录核对：

mail-digest-subject = { $verdict } · { $day }
mail-digest-verdict-reports = { $count } 份报告逾期
mail-digest-verdict-late = { $count } 项承诺逾期
mail-digest-verdict-today = { $count } 项承诺今天到期
mail-digest-verdict-attention = { $count } 件事需要您处理
mail-digest-verdict-well = 一切正常
mail-digest-well = 没有逾期，今天没有到期，也没有需要您决定的事项。
mail-digest-late = 逾期
mail-digest-due-today = 今天到期
mail-digest-at-risk = 有逾期风险
mail-digest-without-record = 没有记录的服务
mail-digest-not-planned = 无法排期
mail-digest-not-counted = 期限未知
mail-digest-differences = 账目与事实不符
mail-digest-moved = 变动的到期日
mail-digest-moved-from-to = { $was } → { $is }
mail-digest-begun = 自下一周期起履行的新承诺
mail-digest-begun-from = 自{ $day }起
mail-digest-begun-sites = { $sites }个站点：当前周期即将结束
mail-digest-undelivered = 未送达的信件
mail-digest-unreachable = 邮件无法送达的联系人
mail-digest-unfit = 无法按约进行的上门服务
mail-digest-doubtful = 是否已经进行？
mail-digest-rebooked = 已自动改约
mail-digest-called-off = 已取消或未成行
mail-digest-incomplete = 未完成，且其余部分无人上门
mail-digest-rests = 未完成，等待补查
mail-digest-unwritten = 未能生成的信件
mail-digest-asked-to-move = 请求改期
mail-digest-to-review = 待审核的服务记录
mail-digest-notes = 工程师备注
mail-digest-without-recipient = 没有收件人的报告
mail-digest-week = 本周服务
mail-digest-trainings = 即将进行的培训
mail-digest-phases = 即将到期的质保
mail-digest-more = 另有 { $count } 项
mail-digest-due = 期限 { $due }
mail-digest-provisional = 期限仍可能变动
mail-digest-slots = 共 { $count } 次服务情况相同
mail-digest-compliance = { $month }的履约情况
mail-digest-compliance-counts = { $all } 项中 { $kept } 项按期，{ $metlate } 项迟交，{ $late } 项仍逾期
mail-digest-compliance-reports = 报告：{ $all } 份中 { $kept } 份按期
mail-digest-compliance-none = 本月尚无到期事项。
mail-unplanned-no-calendar = 缺少日历 { $calendar }：无法得知当地工作日
mail-unplanned-unknown-holidays = 日历 { $calendar } 的节假日只到 { $day }
mail-unplanned-no-working-day = 时间窗内没有工作日
mail-unplanned-no-skill = 没有工程师具备所需技能：{ $skills }
mail-unplanned-out-of-reach = 具备所需技能的 { $engineers } 名工程师都在其他国家工作，且离该现场过远：{ $skills }
mail-unplanned-no-room = 具备技能的 { $engineers } 名工程师均无空档
mail-unplanned-no-equipment = 该现场没有设备
mail-unplanned-no-plan = 服务方案 { $plan } 不存在或有错误
mail-unplanned-passed = 排期之前时间窗已过
mail-unplanned-called-off = 原定上门服务已取消或未成行，暂未找到其他日期
digest-difference-place = { $of ->
    [window] 周期 { $first } 至 { $last }
    [record] { $visit } 的记录，{ $first }
    [visit] { $visit }，{ $first }
   *[report] { $visit } 的报告
}
digest-difference-both = 事实表明：{ $facts }。办公室账目写明：{ $books }。
digest-difference-reads = { $reads ->
    [nothing-owed] 无应办事项
    [open-until] 未完成，期限 { $day }
    [late-after] 已逾期，应于 { $day } 前完成
    [kept-on] 已于 { $day } 履行
    [kept-late-on] 已于 { $day } 逾期履行
    [waived] 已豁免
    [paused] 因停业暂停
    [not-counted] 无法计算
    [due-on] 期限 { $day }
    [flagged] 已标记为逾期
    [not-flagged] 从未标记为逾期
    [a-visit] 有一次上门
    [fit] 可以进行
    [unfit] 无法进行
   *[no-visit] 没有上门
}
