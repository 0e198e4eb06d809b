# 摘要、回顾，以及其链接所打开的页面。
digest-waits-record = 缺少服务记录
digest-waits-drawing = 报告尚未生成
digest-waits-delivery = 已发出，尚未被所有邮件服务器接收
digest-waits-refused = 邮件服务器拒收了信件
digest-waits-recipient = 现场没有报告收件人
digest-waits-visit = 服务定于 { $day }
digest-waits-planning = 尚未安排服务
digest-risk-habit = 通常需要 { $usual } 个工作日，还剩 { $left } 个
digest-risk-longer = 用时已超过最近的每一份报告，剩余工作日：{ $left }
digest-risk-soon = 还剩 { $left } 个工作日
digest-risk-no-visit = 尚未安排服务，剩余工作日：{ $left }
digest-risk-visit-too-late = 服务要到 { $day } 才进行
digest-ledger = 自 { $day } 起算
digest-most-late = 主要集中于 { $names }
digest-open = 打开并处理
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
