# 办公室页面。
web-office = 办公室
web-summary = 概要
web-letters = 信件
web-reports = 报告
web-no-letters = 还没有信件。
web-no-reports = 还没有报告。
web-count-letters = { $count } 封信件
web-count-reports = { $count } 份报告
web-subject = 主题
web-from = 发件人
web-to = 收件人
web-date = 日期
web-attachments = 附件
web-source = 邮件原文
web-back = 全部信件和报告
web-text = 纯文本
web-summary-from = 起
web-summary-until = 止
web-summary-sites = 站点
web-summary-certificates = 培训证明
web-summary-late-flags = 逾期提醒
web-summary-flags = 各级提醒
web-summary-digests = 每日简报
web-summary-findings = 隐患
web-summary-visits = 上门服务
web-summary-reports = 报告
web-summary-letters = 信件
web-summary-planned = 已计划
web-summary-done = 已完成
web-summary-missed = 未完成
web-summary-cancelled = 已取消
web-summary-filed-in-time = 按时提交
web-summary-filed-late = 逾期提交
web-summary-open = 待提交
web-summary-sent = 已发送
web-summary-sent-after-refusal = 被拒后送达
web-summary-undelivered = 未送达
web-summary-waiting = 待发送
web-summary-seed = 种子
web-unwritten = 暂时无法生成的信件
web-deadlines = 待履行事项
web-deadlines-back = 全部待履行事项
web-no-deadlines = 没有待履行事项。
web-due = 期限
web-since = 起算日
web-standing = 状态
web-standing-held = 计时已暂停
web-standing-withdrawn = 不再需要
web-standing-met = 按时完成
web-standing-excused = 已豁免
web-standing-met-late = 逾期完成
web-customer = 客户
web-site = 现场
web-calendar = 日历
web-counted = 期限的计算
web-window = { $first } 至 { $last }：到访时间段
web-moved = 因日历变更而改期
web-flags = 标记
web-flag = { $level ->
    [before] 到期前 { $days } 个工作日
    [late] 逾期第 { $days } 个工作日
    [minutes-before] 到期前 { $days } 分钟
    [minutes-after] 逾期 { $days } 分钟
    [at] 时间已到
   *[on-the] 到期当天
}
web-flag-withdrawn = 已撤回：{ $why ->
    [due-moved] 期限已变更
    [ended] 此前已完成或已取消
    [held] 计时已暂停
    [unknown] 已无法计算天数
    [waived] 已豁免
    [not-opened] 最终未重新生效
   *[not-reached] 不再达到该级别
}

# 供外部人员通过链接访问的页面。
web-link-refused = 此链接无法打开
web-link-unknown = 未找到此链接。请从邮件中复制完整地址。
web-link-expired = 此链接有效期至 { $day }。请向办公室索取新链接。
web-link-revoked = 此链接已被替换。请使用最新邮件中的链接，或联系办公室。
web-link-form-kept = 此手机上已填写的内容仍然保留。请从那里提交，公司会审阅。
web-link-form = 查看本机上的内容
web-unsubscribe-title = 不再接收摘要？
web-unsubscribe-lead = 您将不再收到关于到期、逾期和计划事项的摘要。
web-unsubscribe-still = 由您负责的事项仍会通知您：逾期事项和未送达的信件。
web-unsubscribe-end = 不再接收
web-unsubscribed-title = 您将不再收到摘要
web-unsubscribed-back = 您可以随时在此页面或通过办公室恢复接收。
web-unsubscribed-resume = 恢复接收
web-too-late = 办公系统暂时没有响应，请稍后再试。
web-wrong-method = 此地址不接受所发送的内容。请重新打开邮件中的链接，并使用所显示的页面。
