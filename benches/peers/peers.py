"""Draws content.json with other programs and says how long each took: peers.py FOLDER ROUNDS

One line for each, its name and the median of its seconds when it is warm; or its name and why it was not measured.
"""

import html
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
blocks = json.loads((folder / "content.json").read_text())


def measure(name, draw):
    try:
        draw()
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            draw()
            times.append(time.perf_counter() - start)
        print(name, f"{statistics.median(times):.4f}", flush=True)
    except Exception as error:
        print(name, "was not measured:", str(error).splitlines()[0] if str(error) else type(error).__name__, flush=True)


def as_html():
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>Report</title><style>@page{size:A4;margin:18mm}"
             "body{font:9pt 'Noto Sans',sans-serif}table{width:100%;border-collapse:collapse}img{width:80mm}"
             "td,th{border-bottom:.5pt solid #ccc;text-align:left;padding:2pt}thead{display:table-header-group}</style>"]
    for block in blocks:
        for tag in ("h1", "h2"):
            if tag in block:
                parts.append(f"<{tag}>{html.escape(block[tag])}</{tag}>")
        if "photo" in block:
            parts.append(f"<img alt=photo src='{(folder / block['photo']).as_uri()}'>")
        parts += [f"<p>{html.escape(text)}</p>" for text in block.get("p", [])]
        if "table" in block:
            head = "".join(f"<th>{html.escape(text)}</th>" for text in block.get("head", []))
            rows = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in block["table"])
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    return "".join(parts)


def as_typst():
    text = lambda words: json.dumps(words, ensure_ascii=False)
    parts = ['#set page(paper: "a4", margin: 18mm)\n#set text(size: 9pt)\n']
    for block in blocks:
        for tag, level in (("h1", 1), ("h2", 2)):
            if tag in block:
                parts.append(f"#heading(level: {level}, {text(block[tag])})\n")
        if "photo" in block:
            parts.append(f'#image("{block["photo"]}", width: 80mm)\n')
        parts += [f"#par({text(words)})\n" for words in block.get("p", [])]
        if "table" in block and block["table"]:
            cells = ", ".join(text(cell) for row in block["table"] for cell in row)
            head = ", ".join(text(cell) for cell in block.get("head", []))
            header = f"table.header({head}), " if head else ""
            parts.append(f"#table(columns: {len(block['table'][0])}, {header}{cells})\n")
    return "".join(parts)


def reportlab():
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Table

    styles = getSampleStyleSheet()
    story = []
    for block in blocks:
        for tag, style in (("h1", "Heading1"), ("h2", "Heading2")):
            if tag in block:
                story.append(Paragraph(html.escape(block[tag]), styles[style]))
        if "photo" in block:
            story.append(Image(str(folder / block["photo"]), width=227, height=170))
        story += [Paragraph(html.escape(words), styles["Normal"]) for words in block.get("p", [])]
        if block.get("table"):
            rows = ([block["head"]] if "head" in block else []) + block["table"]
            cells = [[Paragraph(html.escape(cell), styles["Normal"]) for cell in row] for row in rows]
            story.append(Table(cells, repeatRows=1 if "head" in block else 0))
    SimpleDocTemplate(str(folder / "reportlab.pdf"), pagesize=A4).build(story)


def weasyprint():
    from weasyprint import HTML

    HTML(string=page).write_pdf(str(folder / "weasyprint.pdf"))


def typst():
    import typst as compiler

    compiler.compile(str(folder / "content.typ"), output=str(folder / "typst.pdf"))


def chromium():
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        raise RuntimeError("it is not installed")
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                 "--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}"]
        target = f"--print-to-pdf={folder / 'chromium.pdf'}"
        subprocess.run([program, *flags, target, (folder / "content.html").as_uri()], check=True, capture_output=True, timeout=120)


page = as_html()
(folder / "content.html").write_text(page)
(folder / "content.typ").write_text(as_typst())
for name, draw in (("typst", typst), ("ReportLab", reportlab), ("WeasyPrint", weasyprint), ("Chromium", chromium)):
    measure(name, draw)
