# 日历中的上门服务：邀请与订阅。
calendar-summary = { mail-purpose }：{ $site }
calendar-customer = 客户：{ $name }
calendar-engineer = 工程师：{ $name }
calendar-engineer-phone = 工程师：{ $name }，{ $phone }
calendar-equipment = 设备：{ $names }
calendar-topics = 内容：{ $names }
calendar-more = { $names } 等，另有 { $count } 项
calendar-visit = 服务编号 { $visit }
calendar-please-answer = 接受邀请即确认时间。如时间不便，请拒绝并告知合适的时间，我们将另行安排。
calendar-planned = 已计划，尚未通知；时间可能变更。
calendar-answer-accepted = 已接受：{ $name }
calendar-answer-tentative = 待定：{ $name }
calendar-answer-declined = 要求改期：{ $name }
calendar-answer-comment = { $answer }（{ $comment }）
calendar-feed-name = { $company }：上门服务，{ $name }

# 致管理人员：受邀者要求改期。
mail-visit-asked-subject = 要求改期：{ $site }，{ mail-purpose }，{ $day } { $time }
mail-visit-asked-headline = { $by } 要求改期
mail-visit-asked-lead = { $site }的{ mail-purpose }：{ $by } 不接受以下时间。在您改期之前，原时间仍然有效。
mail-visit-asked-words = 对方留言：{ $comment }
mail-visit-asked-todo = 改期请执行：ronda visit move { $visit } --on 日期 --at 时间。对该时间的其他答复见 ronda visit show { $visit }。
