# 期限如何计算：用于信件、报告、网页。
ledger-start = { $owed ->
    [report] { $day } 完成，当日不计
   *[record] { $day } 到访，当日不计
}
ledger-working-day = 第 { $n } 个工作日
ledger-listed-working-day = 第 { $n } 个工作日：{ $what }
ledger-make-up = 调休上班
ledger-worked = 上班
ledger-worked-by = { $calendar } 上班
ledger-half = 半天
ledger-weekend = 周末
ledger-due = 当日结束前到期
ledger-provisional = 暂定：这些日期的节假日尚未公布
ledger-estimated = 预计
ledger-calendar = 日历 { $calendar }，版本 { $version }
ledger-by-layer = { $what }（{ $from }）
ledger-layer = { $layer ->
    [weekend] 周末
    [country] 国家
    [subdivision] 地区
    [municipality] 市镇
    [company] 公司
    [customer] 客户
    [site] 现场
   *[engineer] 工程师
}
ledger-now-off = { $days } 现为休息日：{ $why }
ledger-now-counted = { $days } 现计入：{ $why }
ledger-off-no-more = { $days } 重新计入，此前为休息日：{ $why }
ledger-not-counted = 无法计算
ledger-and = {"，"}
