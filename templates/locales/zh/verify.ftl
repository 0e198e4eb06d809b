# 报告的证明：在文件自身之中，以及其二维码所指的网页上。

verify-signature-of = { $company }的数字签名
verify-shortened = 本报告为节略版：共 { $total } 行，显示 { $shown } 行，过长的文字已截断。完整记录以 record.json 嵌于本文件中。

verify-title = 报告 { $number }
verify-certificate-title = 证书 { $number }
verify-intro = 本文件由{ $company }签发。请将您手中的文件与此处内容核对。
verify-site = 站点
verify-done = 服务完成日
verify-issued = 签发日
verify-revision = 版本
verify-hash = 文件的 SHA-256
verify-latest = 这是最新版本。
verify-superseded = 已由第 { $revision } 版取代，请索取该版本。
verify-upload = 核对文件
verify-upload-hint = 请选择您收到的 PDF。文件将逐字节比对，不会保存。
verify-file = PDF 文件
verify-compare = 核对
verify-same = 真实：该文件与报告逐字节一致。
verify-same-superseded = 该文件是真实的报告，但已由第 { $revision } 版取代。
verify-another = 该文件是{ $company }的另一份真实文件：{ $number }。
verify-different = 该文件不是此报告：内容被改动，或是另一份文件。
verify-too-large = 该文件过大，不可能是报告。
verify-none = 未选择文件。
verify-by-hand = 不上传文件也可核对：计算其 SHA-256（Windows：certutil -hashfile 文件 SHA256；macOS：shasum -a 256 文件；Linux：sha256sum 文件），与上方数值比对。
