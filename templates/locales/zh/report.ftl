# 巡检报告与培训证书
report-title = { $purpose ->
    [inspection] 巡检报告
    [maintenance] 维护报告
    [training] 培训证书
    [follow-up] 回访报告
    [call-out] 上门服务报告
   *[planned-support] 计划支持报告
}
report-purpose = { $purpose ->
    [inspection] 巡检
    [maintenance] 维护
    [training] 培训
    [follow-up] 回访
    [call-out] 上门服务
   *[planned-support] 计划支持
}
report-number = 编号 { $number }
report-page = 第 { $page } 页，共 { $pages } 页
report-checks = { $count }项检查
report-verdict-ok = 状况良好
report-verdict-attention = 需要关注
report-verdict-fault = 发现故障
report-verdict-critical = 存在未处理的严重隐患
report-verdict-partly = 已检查部分正常
report-verdict-done = 已完成
report-verdict-incomplete = 未完成
report-verdict-incomplete-attention = 未完成，且需要关注
report-verdict-incomplete-fault = 未完成，且发现故障
report-verdict-incomplete-critical = 未完成，且存在未处理的严重隐患
report-verdict-checks = { $total }项检查中{ $ok }项正常
report-verdict-findings = 尚有{ $count }项隐患未处理
report-verdict-critical-findings = 尚有{ $count }项隐患未处理，其中严重{ $critical }项
report-verdict-unanswered = { $count }项未填写
report-verdict-not-inspected = { $count }项未能检查
report-verdict-no-findings = 无未处理隐患
report-fact-customer = 客户
report-fact-site = 站点
report-fact-carried-out = 实施时间
report-booked-engineer = 原安排：{ $name }
report-fact-engineer = 工程师
report-fact-customer-engineer = 客户工程师
report-fact-issued = 签发日期
report-fact-revision = 版次
report-fact-previous = 上一份报告（SHA-256）
report-nobody = 无人
report-from-to = { $from } 至 { $to }
report-rest-of = { $visit }中未能检查的项目
report-revision-first = 第{ $revision }版
report-revision-replaces = 第{ $revision }版，替代{ $day }的第{ $replaced }版
report-result-ok = 正常
report-result-attention = 关注
report-result-fault = 故障
report-result-not-applicable = 不适用
report-result-not-inspected = 未能检查
report-result-none = 未填写
report-section-due = 待办事项与期限
report-section-not-inspected = 未能检查的项目
report-column-not-inspected = 未能检查
report-column-reason = 原因
report-not-inspected-all = 全部检查（{ $count }项）
report-not-inspected-some = { $count }项检查
report-section-equipment = 设备
report-section-checklist = 检查与读数
report-section-findings = 隐患
report-section-closed = 已关闭的既有隐患
report-section-advice = 建议
report-section-topics = 培训内容
report-section-attendance = 参加人员
report-section-remarks = 备注
report-section-photos = 照片
report-section-signatures = 签字
report-column-number = 序号
report-column-what = 事项
report-column-kind = 类别
report-column-by = 期限
report-column-equipment = 设备
report-column-make-model = 品牌与型号
report-column-serial = 序列号
report-column-phase = 合同阶段
report-column-check = 检查项
report-column-result = 结果
report-column-reading = 读数
report-column-limits = 限值
report-column-finding = 隐患
report-column-how = 关闭方式
report-column-advice = 建议
report-column-name = 姓名
report-column-role = 职务
report-kind-advice = 建议
report-limits-between = { $min } 至 { $max } { $unit }
report-limits-min = ≥ { $min } { $unit }
report-limits-max = ≤ { $max } { $unit }
report-outside-limits = 超出限值
report-finding-number = 隐患{ $number }
report-severity = { $severity ->
    [minor] 轻微
    [major] 较重
   *[critical] 严重
}
report-finding-done = 现场处理：{ $text }
report-finding-closed = 已在本次服务中排除
report-finding-open = 未处理
report-finding-open-by = 未处理，期限{ $day }
report-finding-equipment = 设备：{ $equipment }
report-photo-number = 照片{ $number }
report-photo-missing = 文件 { $file } 无法作为图片读取。
report-photo-alternative = 现场照片{ $number }：{ $caption }
report-photo-no-caption = 无说明
report-see-photo = 见照片{ $number }
report-signature-engineer = { $company }
report-signature-customer = { $customer }
report-signature-alternative = { $name }的签字
report-signature-at = { $day } { $time }（站点当地时间）
report-signature-absent = 客户方无人在场签字。原因：{ $reason }
report-signature-refused = { $name }未签字。原因：{ $reason }
report-signature-asked = 尚未签字：已通过链接请{ $name }签字。
report-certificate-statement = 兹证明下列人员参加了{ $company }于{ $day }在{ $site }举办的培训。
report-persons = { $count }人
report-ledger-title = 报告提交期限：{ $day }
report-ledger-window = 期限：{ $first } 至 { $last }
report-ledger-held = 报告的计时已暂停，期限尚不确定
report-ledger-unknown = 尚无法计算报告提交期限：{ $why }
report-footer = { $title } { $number }
report-phase-warranty = 质保期至 { $day }
report-phase-maintenance = { $day } 起为维保期
report-replaces = 替代{ $day }的第{ $replaced }版
report-fact-number = 编号
report-fact-period = 服务周期
report-fact-equipment = 设备
report-fact-present = 其他在场人员
report-contract-number = 合同 { $contract }
report-appointed = 预约：{ $when }
report-and-more = 另有{ $count }台
report-section-trends = 趋势
report-section-about = 关于本文件
report-trends-about = 有历史记录的{ $all }项读数中，此处列出{ $shown }项：超出限值的、工程师标记的、在下次服务前将越过限值的，以及最接近限值的。色带表示正常范围。
report-trend-rises = 按最近{ $count }次服务的走势，预计约于{ $day }超过上限 { $limit }，早于{ $next }的下次服务。
report-trend-rises-expected = 按最近{ $count }次服务的走势，预计约于{ $day }超过上限 { $limit }，早于预计{ $next }前后的下次服务。
report-trend-falls = 按最近{ $count }次服务的走势，预计约于{ $day }低于下限 { $limit }，早于{ $next }的下次服务。
report-trend-falls-expected = 按最近{ $count }次服务的走势，预计约于{ $day }低于下限 { $limit }，早于预计{ $next }前后的下次服务。
report-trend-outside = 超出限值。
report-trend-outside-since = 自{ $day }起超出限值。
report-trend-alternative = { $title }，共{ $count }次服务：由{ $first }的 { $from } 至{ $last }的 { $to }。
report-column-cost = 费用
report-cost = { $cost ->
    [low] 低
    [medium] 中
   *[high] 高
}
report-verify = 查验真伪
report-verify-alternative = 指向 { $address } 的二维码
report-column-answer = 读数或答案
report-column-stands = 现状
report-see-photos = { $count ->
   *[other] 见照片{ $numbers }
}
report-customer-remark = 客户工程师：{ $text }
report-section-customer-remarks = 客户工程师意见
report-finding-responsible = 负责人：{ $name }
report-section-carried = 未处理的既有隐患
report-finding-found = { $severity ->
    [minor] 轻微
    [major] 较重
   *[critical] 严重
} · 发现于{ $day }
report-finding-not-looked-at = 本次服务未查看
report-findings-more = 另有{ $count }项，详见站点档案
report-carried-as-before = 已查看，仍未处理
report-section-operators = 运行人员
report-fact-skill = 技能水平
report-fact-changes = 人员变动

# 其他文件
paper-issued = { $day }签发
paper-visit-sheet = 服务单
paper-site-file = 站点档案
paper-service-year = { $year }年度服务报告
paper-fault-analysis = 故障分析报告
paper-contact-role = { $role ->
    [operations] 服务安排
    [reports] 报告
   *[escalation] 升级处理
}
paper-visit-state = { $state ->
    [planned] 计划中
    [booked] 已预约
    [done] 已完成
   *[cancelled] 已取消
}
paper-owed = { $owed ->
    [visit] 周期内服务
    [training] 周期内培训
    [record] 提交记录
   *[report] 报告送达客户
}
paper-minutes = { $count }分钟
paper-name-role-time = 姓名、职务、时间
paper-closed-on = { $day }关闭
paper-days = { $count }天
paper-fact-appointment = 预约
paper-fact-visits-done = 已完成服务次数
paper-fact-findings-open = 未关闭隐患
paper-fact-reported = 报修
paper-fact-cleared = 排除
paper-fact-author = 责任人
paper-section-contacts = 联系人
paper-section-open-findings = 未关闭隐患
paper-section-not-inspected = 此前未能检查的项目
paper-column-last-time = 上次
paper-section-contracts = 合同
paper-section-visits = 服务与报告
paper-section-trainings = 培训
paper-section-promises = 承诺履行情况
paper-section-late = 逾期事项
paper-section-sites = 站点
paper-section-fault = 故障经过
paper-section-cause = 原因
paper-section-done = 处理措施
paper-section-prevention = 今后的防范措施
paper-section-parts = 备件
paper-section-steps = 处理过程
paper-column-for = 用途
paper-column-email = 电子邮件
paper-column-closed = 已关闭
paper-column-severity = 等级
paper-column-remarks = 现场填写
paper-column-not-applicable = 不适用
paper-column-accepted = 验收
paper-column-ends = 终止
paper-column-contract = 合同
paper-column-plan = 服务方案
paper-column-day = 日期
paper-column-visit = 服务单
paper-column-state = 状态
paper-column-report = 报告
paper-column-filed = 送达客户
paper-column-found = 发现
paper-column-promise = 承诺
paper-column-owed = 应履行
paper-column-share = 按期率
paper-column-due = 期限
paper-column-met = 完成
paper-column-late-by = 逾期
paper-column-when = 时间
paper-kept-in-time = 按期
paper-kept-late = 逾期
paper-kept-missing = 未完成
paper-verdict-all-kept = 承诺全部按期履行
paper-verdict-some-late = 部分承诺逾期
paper-verdict-nothing-due = 本年度无到期承诺
paper-verdict-some-missing = 尚有承诺未履行
paper-verdict-kept = { $all }项承诺中{ $kept }项按期履行
paper-fault-level = { $level }级
paper-fault-cleared = 故障已排除
paper-fault-lasted = 历时{ $hours }小时{ $minutes }分钟
paper-photo = 拍照
paper-only-where = 仅当“{ $item }”为：{ $what }
