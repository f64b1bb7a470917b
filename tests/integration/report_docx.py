#!/usr/bin/env python3
"""Printed Word reports, judged by the programs that open them.

usage: report_docx.py FILE.docx [FILE.docx ...]
Each file: every part well-formed and covered by the content types, every
relation's target there, A4 and its margins, styles, numbering, fonts, the
page number; and LibreOffice makes a PDF of it. What needs a program that is
not installed (python3-docx, soffice) is skipped, and said so. Exit 1: what
falls short is printed, one line each.
"""
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from xml.etree import ElementTree

TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARGINS = (("top", 20), ("bottom", 20), ("left", 30), ("right", 15))
BULLETS = ("-", "+", "*")
short = []


def fall(path, text):
    short.append(text)
    print("SHORT %s: %s" % (path, text))


def check_package(path):
    """The zip itself; returns its parts as trees."""
    trees = {}
    with zipfile.ZipFile(path) as package:
        if package.testzip() is not None:
            fall(path, "a part's checksum is wrong")
        for info in package.infolist():
            if info.date_time[:3] != (1980, 1, 1):
                fall(path, "%s bears a date: %s"
                     % (info.filename, info.date_time))
            if info.filename in trees:
                fall(path, "%s stands twice" % info.filename)
            try:
                trees[info.filename] = ElementTree.fromstring(
                    package.read(info))
            except ElementTree.ParseError as e:
                fall(path, "%s is not well-formed: %s" % (info.filename, e))
    return trees


def check_types(path, trees):
    types = trees.get("[Content_Types].xml")
    if types is None:
        return fall(path, "no content types")
    defaults = {e.get("Extension") for e in types.iter(TYPES + "Default")}
    overrides = {e.get("PartName") for e in types.iter(TYPES + "Override")}
    for name in trees:
        if name == "[Content_Types].xml" or "/" + name in overrides:
            continue
        if not name.endswith(".rels") or "rels" not in defaults:
            fall(path, "no content type of its own for %s" % name)
    for name in overrides:
        if name.lstrip("/") not in trees:
            fall(path, "a content type for %s, which is not there" % name)


def check_relations(path, trees):
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        seen = set()
        for relation in tree:
            target = posixpath.normpath(
                posixpath.join(folder, relation.get("Target")))
            if target not in trees:
                fall(path, "%s leads to %s, which is not there"
                     % (name, target))
            if relation.get("Id") in seen:
                fall(path, "%s has %s twice" % (name, relation.get("Id")))
            seen.add(relation.get("Id"))
    for name in ("_rels/.rels", "word/_rels/document.xml.rels"):
        if name not in trees:
            fall(path, "no %s" % name)


def check_fonts(path, trees):
    names = set()
    for name in ("word/styles.xml", "word/numbering.xml"):
        for fonts in trees[name].iter(W + "rFonts"):
            for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
                names.add(fonts.get(W + slot))
    if names != {"Times New Roman"}:
        fall(path, "fonts are %s" % names)
    size = trees["word/styles.xml"].find(
        "%sdocDefaults/%srPrDefault/%srPr/%ssz" % (W, W, W, W))
    if size is None or size.get(W + "val") != "28":
        fall(path, "the text is not 14 pt")


def check_numbering(path, trees):
    numbering = trees["word/numbering.xml"]
    levels = {int(e.get(W + "ilvl")): e.find(W + "lvlText").get(W + "val")
              for e in numbering.iter(W + "lvl")}
    for level, bullet in enumerate(BULLETS):
        if levels.get(level) != bullet:
            fall(path, "level %d has the bullet %r"
                 % (level + 1, levels.get(level)))
    numbers = {e.get(W + "numId") for e in numbering.iter(W + "num")}
    styles = {e.get(W + "styleId")
              for e in trees["word/styles.xml"].iter(W + "style")}
    document = trees["word/document.xml"]
    for used in document.iter(W + "numId"):
        if used.get(W + "val") not in numbers:
            fall(path, "no list %s" % used.get(W + "val"))
    for used in document.iter(W + "pStyle"):
        if used.get(W + "val") not in styles:
            fall(path, "no style %s" % used.get(W + "val"))


def check_bookmarks(path, trees):
    document = trees["word/document.xml"]
    names = [e.get(W + "name") for e in document.iter(W + "bookmarkStart")]
    starts = [e.get(W + "id") for e in document.iter(W + "bookmarkStart")]
    ends = [e.get(W + "id") for e in document.iter(W + "bookmarkEnd")]
    if starts != ends or len(starts) != len(set(starts)):
        fall(path, "bookmarks do not begin and end in pairs")
    for name in names:
        if len(name) > 40 or not re.fullmatch(r"[^\W\d_]\w*", name):
            fall(path, "%r is no bookmark's name" % name)


def check_as_word(path):
    """As python-docx sees it; returns the words of the paragraphs."""
    try:
        import docx
    except ImportError:
        print("skipped: pages and styles of %s (no python3-docx)" % path)
        return []
    document = docx.Document(path)
    page = document.sections[0]
    size = (round(page.page_width.mm), round(page.page_height.mm))
    if size != (210, 297):
        fall(path, "the page is %s mm" % (size,))
    for side, wanted in MARGINS:
        found = getattr(page, side + "_margin").mm
        if abs(found - wanted) > 0.5:
            fall(path, "the %s margin is %.1f mm" % (side, found))
    if not page.different_first_page_header_footer:
        fall(path, "the first page would bear a number")
    if 'w:instr=" PAGE "' not in page.header._element.xml:
        fall(path, "no page number in the header")
    styles = [p.style.name for p in document.paragraphs]
    for style in ("Title", "Subtitle"):
        if styles.count(style) != 1:
            fall(path, "%d paragraphs are %s" % (styles.count(style), style))
    if len(document.tables) != 2:
        fall(path, "%d tables, not a head and a foot" % len(document.tables))
    for name in ("Heading 1", "List Bullet"):
        if name not in styles:
            print("note: %s has no %s" % (path, name))
    for paragraph in document.paragraphs:
        if paragraph.style.name.startswith("List Bullet") and \
                paragraph._p.pPr.numPr is None:
            fall(path, "an item without numbering: %s" % paragraph.text[:40])
    return [p.text for p in document.paragraphs
            if p.style.name in ("Subtitle", "Heading 1")]


def check_as_libreoffice(path, headings):
    soffice = shutil.which("soffice")
    if soffice is None:
        print("skipped: opening %s in LibreOffice (no soffice)" % path)
        return
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(
            [soffice, "-env:UserInstallation=file://%s/profile" % work,
             "--headless", "--convert-to", "pdf", "--outdir", work, path],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=180, check=False)
        name = os.path.splitext(os.path.basename(path))[0] + ".pdf"
        pdf = os.path.join(work, name)
        if not os.path.exists(pdf):
            return fall(path, "LibreOffice makes no PDF of it")
        if shutil.which("pdftotext") is None:
            print("skipped: the PDF's words (no pdftotext)")
            return
        words = subprocess.run(["pdftotext", pdf, "-"], capture_output=True,
                               text=True, check=True).stdout
    words = re.sub(r"\s+", "", words)
    for heading in headings:
        if re.sub(r"\s+", "", heading) not in words:
            fall(path, "LibreOffice does not show: %s" % heading[:60])


def main(paths):
    if not paths:
        print(__doc__)
        return 2
    for path in paths:
        trees = check_package(path)
        check_types(path, trees)
        check_relations(path, trees)
        check_fonts(path, trees)
        check_numbering(path, trees)
        check_bookmarks(path, trees)
        check_as_libreoffice(path, check_as_word(path))
    print("%d files, %d short" % (len(paths), len(short)))
    return 1 if short else 0


sys.exit(main(sys.argv[1:]))
