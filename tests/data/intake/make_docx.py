#!/usr/bin/env python3
"""Makes the DOCX and encoded text files of this folder.

usage: make_docx.py [FOLDER]      (default: the folder of this script)

The files are checked in; run this again after changing it. Only Python's own
zipfile is used. All sentences are this project's own. The same script always
makes the same bytes.
"""
import pathlib
import struct
import sys
import unicodedata
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

CONTENT_TYPES = HEAD + (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/></Types>')


def rels(*items):
    return HEAD + '<Relationships xmlns="%s">%s</Relationships>' % (
        REL, "".join('<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>'
                     % (i + 1, DOC, kind, target)
                     for i, (kind, target) in enumerate(items)))


def document(body, space=W):
    return HEAD + ('<w:document xmlns:w="%s" xmlns:mc="%s" xmlns:m="%s" '
                   'xmlns:wps="urn:shapes"><w:body>%s<w:sectPr/></w:body>'
                   '</w:document>' % (space, MC, M, body))


def write_zip(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, data)


def package(path, main, numbering=None, styles=None, name="word/document.xml"):
    folder, base = name.rsplit("/", 1)
    beside = []
    entries = [("[Content_Types].xml", CONTENT_TYPES),
               ("_rels/.rels", rels(("officeDocument", name))), (name, main)]
    if styles:
        beside.append(("styles", "styles.xml"))
        entries.append((folder + "/styles.xml", styles))
    if numbering:
        beside.append(("numbering", "/" + folder + "/numbering.xml"))
        entries.append((folder + "/numbering.xml", numbering))
    entries.append(("%s/_rels/%s.rels" % (folder, base), rels(*beside)))
    write_zip(path, entries)


def r(text, props=""):
    return '<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>' % (
        "<w:rPr>%s</w:rPr>" % props if props else "", text)


def p(content, props=""):
    if not content.startswith("<"):
        content = r(content) if content else ""
    return "<w:p>%s%s</w:p>" % (
        "<w:pPr>%s</w:pPr>" % props if props else "", content)


def num(num_id, ilvl=0):
    return ('<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>'
            % (ilvl, num_id))


def style(name):
    return '<w:pStyle w:val="%s"/>' % name


def lvl(ilvl, fmt, text, start=1, extra=""):
    return ('<w:lvl w:ilvl="%d"><w:start w:val="%d"/><w:numFmt w:val="%s"/>'
            '%s<w:lvlText w:val="%s"/><w:lvlJc w:val="left"/></w:lvl>'
            % (ilvl, start, fmt, extra, text))


def numbering(abstracts, nums):
    return HEAD + '<w:numbering xmlns:w="%s" xmlns:mc="%s">%s%s</w:numbering>' % (
        W, MC, "".join('<w:abstractNum w:abstractNumId="%d">%s'
                       '</w:abstractNum>' % a for a in abstracts),
        "".join('<w:num w:numId="%d"><w:abstractNumId w:val="%d"/>%s</w:num>'
                % n for n in nums))


def styles(*items):
    return HEAD + '<w:styles xmlns:w="%s">%s</w:styles>' % (W, "".join(
        '<w:style w:type="%s"%s w:styleId="%s"><w:name w:val="%s"/>%s%s'
        '</w:style>' % (kind, ' w:default="1"' if default else "", sid, name,
                        '<w:basedOn w:val="%s"/>' % based if based else "",
                        "<w:pPr>%s</w:pPr>" % props if props else "")
        for kind, default, sid, name, based, props in items))


def make_word_plan(folder):
    """As Word writes it: unions and sections numbered by one list, bullets by
    separate lists of the same level, runs split anywhere, Symbol's dot."""
    body = "".join([
        p("KẾ HOẠCH NĂM 2026", '<w:jc w:val="center"/>'),
        p(r("Liên hiệp các tổ chức ") + r("hữu ") + r("nghị", "<w:b/>") +
          r(" tỉnh Hà Tĩnh"), num(1)),
        p("Công tác hòa bình, đoàn kết, hữu nghị", num(1, 1)),
        p("Tổ chức hội chợ sách", style("ListParagraph") + num(2)),
        p("Gian hàng Lào", num(3)),
        p("Gian hàng Nhật Bản", num(3)),
        p("Tổ chức đêm nhạc", num(2)),
        p("Công tác thông tin đối ngoại", num(1, 1)),
        p("Làm phim giới thiệu tỉnh", num(4)),
        p("Phần quay ở biển", num(4, 1)),
        p("Phần quay ở núi", num(4, 1)),
        p("Dịch phụ đề", num(4)),
        p("Liên hiệp các tổ chức hữu nghị tỉnh Gia Lai:", num(1)),
        p("Công tác phi chính phủ nước ngoài", num(1, 1)),
        p("Cả mục là một đoạn không gạch."),
        p("Công tác phát triển tổ chức: " "làm từ cơ sở", num(1, 1)),
        p(r("- Đại hội chi hội") + "<w:r><w:br/></w:r>" +
          r("- Đại hội tỉnh hội")),
        p("Trân trọng./."),
    ])
    abstracts = [
        (0, lvl(0, "decimal", "%1.") + lvl(1, "lowerLetter", "%2.")),
        (1, lvl(0, "bullet", "-")),
        (2, lvl(0, "bullet", "+")),
        (3, lvl(0, "bullet", "\uf0b7") + lvl(1, "bullet", "o")),
    ]
    package(folder / "word_plan.docx", document(body),
            numbering(abstracts, [(1, 0, ""), (2, 1, ""), (3, 2, ""),
                                  (4, 3, "")]),
            styles(("paragraph", True, "Normal", "Normal", "", ""),
                   ("paragraph", False, "ListParagraph", "List Paragraph",
                    "Normal", "")))


def make_libreoffice_plan(folder):
    """As LibreOffice writes it: one list with nine levels, headings by styles
    that name a list which shows nothing."""
    nothing = "".join(lvl(i, "none", "") for i in range(9))
    dashes = "".join(lvl(i, "bullet", "-+*"[i % 3]) for i in range(9))
    body = "".join([
        p("1. Liên hiệp các tổ chức hữu nghị tỉnh Quảng Nam",
          style("Heading1")),
        p("Công tác đoàn ra, đoàn vào", style("Heading2")),
        p("Đón đoàn bạn", num(2)),
        p("Đoàn từ Lào", num(2, 1)),
        p("Gồm tám người", num(2, 2)),
        p("Đoàn từ Nhật Bản", num(2, 1)),
        p("Cử đoàn đi", num(2)),
        p("Việc được giao thêm", style("Heading2")),
        p(""),
        p("Một đoạn văn."),
        p("2. Liên hiệp các tổ chức hữu nghị tỉnh Bình Định",
          style("Heading1")),
        p("Một việc", num(2)),
    ])
    package(folder / "libreoffice_plan.docx", document(body),
            numbering([(1, nothing), (2, dashes)], [(1, 1, ""), (2, 2, "")]),
            styles(("paragraph", True, "Normal", "Normal", "", ""),
                   ("paragraph", False, "Heading", "Heading", "Normal", ""),
                   ("paragraph", False, "Heading1", "Heading 1", "Heading",
                    num(1, 0) + '<w:outlineLvl w:val="0"/>'),
                   ("paragraph", False, "Heading2", "Heading 2", "Heading",
                    num(1, 1) + '<w:outlineLvl w:val="1"/>')))


def table(*rows):
    return "<w:tbl>%s</w:tbl>" % "".join(
        "<w:tr>%s</w:tr>" % "".join("<w:tc>%s</w:tc>" % p(r(cell))
                                    for cell in row) for row in rows)


def make_table_plan(folder):
    """A table of work with its columns, and Word's List Bullet 2 and 3, each
    of which is a list of one level."""
    body = (p(r("1. Liên hiệp các tổ chức hữu nghị thành phố Hải Phòng"))
            + p(r("Một"), style("ListBullet") + num(1))
            + p(r("Hai"), style("ListBullet2") + num(2))
            + p(r("Ba"), style("ListBullet3") + num(3))
            + p(r("Bốn"), style("ListBullet") + num(1))
            + p(r("2. Liên hiệp các tổ chức hữu nghị tỉnh Gia Lai"))
            + table(("TT", "Nội dung", "Thời gian"),
                    ("I", "Công tác hữu nghị", ""),
                    ("1", "Đón đoàn Lào", "Tháng 3"),
                    ("2", "Thăm bạn", "Tháng 5"),
                    ("II", "Công tác thông tin đối ngoại", ""),
                    ("1", "Viết bài", ""))
            + p(r("Lời cuối"))
            + p(r("3. Liên hiệp các tổ chức hữu nghị tỉnh Kon Tum"))
            + p(r("Công tác hữu nghị với Lào"), style("Heading3"))
            + p(r("Công tác hữu nghị với Campuchia"), style("Heading3")))
    package(folder / "table_plan.docx", document(body), numbering(
        [(i, lvl(0, "bullet", "\u2022")) for i in range(3)],
        [(i + 1, i, "") for i in range(3)]))


def make_numbers(folder):
    """Counting: formats, levels, restarts, overrides, styles."""
    legal = lvl(2, "decimal", "%1.%2.%3", extra="<w:isLgl/>")
    abstracts = [
        (0, lvl(0, "upperRoman", "%1.") + lvl(1, "decimal", "%1.%2.") + legal),
        (1, lvl(0, "lowerLetter", "%1)") + lvl(1, "lowerRoman", "(%2)")),
        (2, lvl(0, "decimal", "Điều %1:", 5)),
        (3, lvl(0, "upperLetter", "%1.", 26) +
         lvl(1, "decimalZero", "%2", extra='<w:lvlRestart w:val="0"/>')),
        (4, lvl(0, "decimal", "%1.", extra='<w:pStyle w:val="Muc"/>') +
         lvl(1, "decimal", "%1.%2", extra='<w:pStyle w:val="TieuMuc"/>')),
        (5, '<w:numStyleLink w:val="KieuDanhSach"/>'),
        (6, '<w:styleLink w:val="KieuDanhSach"/>' + lvl(0, "bullet", "*")),
    ]
    restart = ('<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
               '</w:lvlOverride>')
    redefine = '<w:lvlOverride w:ilvl="0">%s</w:lvlOverride>' % lvl(
        0, "decimal", "[%1]", 7)
    nums = [(1, 0, ""), (2, 1, ""), (3, 1, restart), (4, 2, ""), (5, 3, ""),
            (6, 4, ""), (7, 5, ""), (8, 6, ""), (9, 1, redefine)]
    body = "".join([
        p("một", num(1)), p("một một", num(1, 1)), p("một hai", num(1, 1)),
        p("một hai một", num(1, 2)),
        p("hai", num(1)), p("hai một", num(1, 1)),
        p("a", num(2)), p("b", num(2)), p("i", num(2, 1)), p("ii", num(2, 1)),
        p("c", num(2)), p("i lại", num(2, 1)),
        p("a lại", num(3)), p("b lại", num(3)), p("c nối", num(2)),
        p("điều năm", num(4)), p("", num(4)), p("điều bảy", num(4)),
        p("Z", num(5)), p("số một", num(5, 1)), p("AA", num(5)),
        p("số hai", num(5, 1)),
        p("mục", style("Muc")), p("tiểu mục", style("TieuMuc")),
        p("mục con", style("MucCon")),
        p("không số", style("Muc") + num(0)),
        p("sao", num(7)),
        p("định nghĩa lại", num(9)),
        p("không có danh sách này", num(99)),
        p("cấp quá sâu", num(1, 12)),
    ])
    package(folder / "numbers.docx", document(body),
            numbering(abstracts, nums),
            styles(("paragraph", True, "Normal", "Normal", "", ""),
                   ("paragraph", False, "Muc", "Muc", "Normal",
                    '<w:numPr><w:numId w:val="6"/></w:numPr>'),
                   ("paragraph", False, "MucCon", "Muc con", "Muc", ""),
                   ("paragraph", False, "TieuMuc", "Tieu muc", "Normal",
                    '<w:numPr><w:numId w:val="6"/></w:numPr>'),
                   ("paragraph", False, "Vong1", "Vong 1", "Vong2", ""),
                   ("paragraph", False, "Vong2", "Vong 2", "Vong1", ""),
                   ("numbering", False, "KieuDanhSach", "Kieu", "",
                    '<w:numPr><w:numId w:val="8"/></w:numPr>')))


def make_tracked(folder):
    ins = '<w:ins w:id="1" w:author="a">%s</w:ins>'
    gone = '<w:r><w:delText>%s</w:delText></w:r>'
    dele = '<w:del w:id="2" w:author="a">%s</w:del>'
    mark = '<w:rPr><w:del w:id="3" w:author="a"/></w:rPr>'
    moved = '<w:rPr><w:moveFrom w:id="4" w:author="a"/></w:rPr>'
    change = ('<w:pPrChange w:id="5" w:author="a"><w:pPr>%s%s</w:pPr>'
              '</w:pPrChange>' % (style("Heading1"), num(1)))
    row = '<w:tr>%s<w:tc>%s<w:p>%s</w:p></w:tc></w:tr>'
    body = "".join([
        p(r("Giữ ") + dele % (gone % "bỏ ") + ins % r("thêm ") + r("hết.")),
        p(r("Đoạn đầu "), mark), p(r("nối đoạn sau.")),
        p(dele % (gone % "Cả đoạn bị xóa"), mark), p("Đoạn còn lại."),
        p('<w:moveFrom w:id="6" w:author="a">%s</w:moveFrom>' % r("Chỗ cũ"),
          moved),
        p('<w:moveTo w:id="7" w:author="a">%s</w:moveTo>' % r("Chỗ mới")),
        p("Từng là tiêu đề", change),
        "<w:tbl>" + row % ("", "", r("Hàng giữ")) +
        row % ('<w:trPr><w:del w:id="8" w:author="a"/></w:trPr>', "",
               r("Hàng xóa")) +
        row % ('<w:trPr><w:ins w:id="9" w:author="a"/></w:trPr>', "",
               r("Hàng thêm")) +
        row % ("", '<w:tcPr><w:cellDel w:id="10" w:author="a"/></w:tcPr>',
               r("Ô xóa")) + "</w:tbl>",
        p(r("Dấu cuối bị xóa"), mark),
    ])
    package(folder / "tracked.docx", document(body),
            numbering([(0, lvl(0, "decimal", "%1."))], [(1, 0, "")]))


def make_contents(folder):
    """What stands in and around runs."""
    def field(kind):
        return '<w:r><w:fldChar w:fldCharType="%s"/></w:r>' % kind

    def instruction(text):
        return "<w:r><w:instrText>%s</w:instrText></w:r>" % text

    def wrap(tag, content):
        return "<w:%s>%s</w:%s>" % (tag, content, tag)

    box = ('<mc:AlternateContent><mc:Choice Requires="wps"><wps:wsp>'
           '<w:txbxContent>%s</w:txbxContent></wps:wsp></mc:Choice>'
           '<mc:Fallback><w:pict><w:txbxContent>%s</w:txbxContent></w:pict>'
           '</mc:Fallback></mc:AlternateContent>')
    cell = "<w:tc><w:tcPr/>%s</w:tc>"
    body = "".join([
        p("<w:r><w:t>T</w:t></w:r><w:r><w:t>á</w:t><w:t>ch</w:t></w:r>"
          "<w:r><w:tab/><w:t>tab</w:t><w:br/><w:t>dòng</w:t>"
          "<w:noBreakHyphen/><w:t>nối</w:t><w:softHyphen/>"
          '<w:sym w:font="Wingdings" w:char="F0E0"/>'
          '<w:sym w:font="Symbol" w:char="00B7"/></w:r>'),
        p('<w:hyperlink w:anchor="x">%s</w:hyperlink>' % r("Liên kết") +
          wrap("smartTag", r(" nhãn ") + wrap("smartTag", r("lồng"))) +
          "<w:sdt><w:sdtPr><w:alias w:val='Tên'/></w:sdtPr><w:sdtContent>" +
          r(" ô nhập") + "</w:sdtContent></w:sdt>" +
          "<w:bookmarkStart w:id='0' w:name='b'/>"),
        "<w:sdt><w:sdtContent>" + p("Khối nội dung") +
        "</w:sdtContent></w:sdt>",
        p(r("Trang ") + field("begin") + instruction(" PAGE ") +
          field("separate") + r("7") + field("end") + r(" hết")),
        p(r("Lồng ") + field("begin") + instruction(" IF ") + field("begin") +
          instruction(" PAGE ") + field("separate") + r("9") + field("end") +
          instruction(" = 1 ") + field("separate") + r("kết quả") +
          field("end") + '<w:fldSimple w:instr=" DATE ">' + r(" hôm nay") +
          "</w:fldSimple>"),
        p(r("Mất đuôi ") + field("begin") + instruction(" REF x ") + r("ẩn")),
        p("Sau trường mất đuôi"),
        p(r("Chú") + '<w:r><w:footnoteReference w:id="2"/></w:r>'
          '<w:r><w:commentReference w:id="1"/></w:r>' + r(" thích")),
        p(r("Đoạn mang hộp ") + "<w:r>" + box % (p("Chữ trong hộp"),
                                                 p("Chữ trong hộp")) +
          "</w:r>" + r("chữ")),
        "<w:tbl><w:tblPr/><w:tr>" + cell % p("Ô một") +
        cell % (p("Ô hai, đoạn một") + p("Ô hai, đoạn hai")) + "</w:tr><w:tr>"
        + cell % ("<w:tbl><w:tr>" + cell % p("Bảng trong bảng") +
                  "</w:tr></w:tbl>" + p("")) + cell % p("Ô cuối") +
        "</w:tr></w:tbl>",
        p("<w:ruby><w:rt>%s</w:rt><w:rubyBase>%s</w:rubyBase></w:ruby>"
          % (r("phiên âm"), r("Chữ gốc")) +
          "<m:oMath><m:r><m:t> x=1</m:t></m:r></m:oMath>"),
        p(r(unicodedata.normalize("NFD", "Đoàn kết")) +
          r("\u00a0hữu\u00adng\u200bhị\u2011Lào")),
        p("Có điểm dừng tab",
          '<w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs>'),
    ])
    package(folder / "contents.docx", document(body))


def make_headings(folder):
    """Heading styles: English, Vietnamese ids, by chain, by outline."""
    body = "".join([
        p("Một", style("u1")), p("Hai", style("MucLon")),
        p("Ba", style("Heading3")), p("Bốn", '<w:outlineLvl w:val="3"/>'),
        p("Thân bài", style("u1") + '<w:outlineLvl w:val="9"/>'),
        p("Thường"), p("Vòng", style("Vong1")), p("Không có", style("Nao")),
    ])
    package(folder / "headings.docx", document(body), styles=styles(
        ("paragraph", True, "Binhthng", "Normal", "", ""),
        ("paragraph", False, "u1", "heading 1", "Binhthng",
         '<w:outlineLvl w:val="0"/>'),
        ("paragraph", False, "u2", "heading 2", "Binhthng",
         '<w:outlineLvl w:val="1"/>'),
        ("paragraph", False, "MucLon", "Muc lon", "u2", ""),
        ("paragraph", False, "Heading3", "Heading 3", "", ""),
        ("paragraph", False, "Vong1", "Vong 1", "Vong2", ""),
        ("paragraph", False, "Vong2", "Vong 2", "Vong1", "")))
    package(folder / "headings_bare.docx", document(
        p("Một", style("Heading1")) + p("Hai", style("u2")) +
        p("Ba", style("u10"))))
    package(folder / "strict.docx", document(p("Kiểu chặt"), STRICT).replace(
        "UTF-8", "UTF-16").encode("utf-16"), name="noi-dung/vanban.xml")


def make_hostile(folder):
    laughs = HEAD + '<!DOCTYPE x [<!ENTITY a "haha">%s]>' % "".join(
        '<!ENTITY %s "%s">' % (chr(98 + i), "&%s;" % chr(97 + i) * 10)
        for i in range(9))
    text = document(p("&j;"))[len(HEAD):]
    package(folder / "laughs.docx", laughs + text)
    package(folder / "dtd.docx", HEAD + '<!DOCTYPE x SYSTEM "file:///etc/'
            'passwd">' + document(p("Một"))[len(HEAD):])
    package(folder / "entity.docx", document(p("&khong_co;")))
    depth = 100000  # refused past 256
    package(folder / "nested_tables.docx", document(
        "<w:tbl><w:tr><w:tc>" * depth + p("đáy") +
        "</w:tc></w:tr></w:tbl>" * depth))
    package(folder / "nested_sdt.docx", document(
        "<w:sdt><w:sdtContent>" * 2000 + p("đáy") +
        "</w:sdtContent></w:sdt>" * 2000))
    package(folder / "nested_boxes.docx", document(
        "<w:p><w:r><w:txbxContent>" * 12 + p("đáy") +
        "</w:txbxContent></w:r></w:p>" * 12))
    package(folder / "not_xml.docx", b"\x00\x01 khong phai XML")
    package(folder / "cut_xml.docx", document(p("Một"))[:-40])
    package(folder / "empty.docx", document(p("") + p(" ")))
    package(folder / "alt_chunk.docx", document(
        p("Một") + '<w:altChunk w:id="x"/>'))
    package(folder / "long_paragraph.docx", document(
        p("".join(r("chữ " * 1000) for _ in range(20)))))
    package(folder / "many_styles.docx", document(p("Một")), styles=styles(*(
        ("paragraph", False, "s%d" % i, "s", "", "") for i in range(8193))))
    # 65 MiB that deflate to 64 KiB; the second says that it is short
    bomb = document(p("Một")).encode() + b" " * (65 * 1024 * 1024)
    package(folder / "bomb.docx", bomb)
    data = bytearray((folder / "bomb.docx").read_bytes())
    true, lie = struct.pack("<I", len(bomb)), struct.pack("<I", 5000)
    while true in data:
        at = data.index(true)
        data[at:at + 4] = lie
    (folder / "lying_bomb.docx").write_bytes(data)
    package(folder / "good.docx", document(p("Một đoạn.") + p("Hai đoạn.")))
    good = (folder / "good.docx").read_bytes()
    (folder / "truncated.docx").write_bytes(good[:len(good) * 2 // 3])
    at = good.index(b"Content_Types") + 60
    flipped = bytearray(good)
    for i in range(at, at + 40):
        flipped[good.index(b"word/document.xml") + 40 + i - at] ^= 0x5a
    (folder / "flipped.docx").write_bytes(flipped)
    locked = bytearray(good)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(mark)
        while at >= 0:
            locked[at + flags] |= 1
            at = locked.find(mark, at + 4)
    (folder / "locked.docx").write_bytes(locked)
    write_zip(folder / "workbook.xlsx", [
        ("_rels/.rels", rels(("officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", HEAD + "<workbook/>")])
    write_zip(folder / "slides.pptx", [
        ("_rels/.rels", rels(("officeDocument", "ppt/presentation.xml"))),
        ("ppt/presentation.xml", HEAD + "<presentation/>")])
    write_zip(folder / "text.odt", [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", HEAD + "<office/>")])
    write_zip(folder / "archive.zip", [("doc/ke-hoach.txt", "một")])
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    (folder / "old.doc").write_bytes(compound)
    (folder / "sealed.docx").write_bytes(
        compound + "EncryptedPackage".encode("utf-16-le"))


def make_texts(folder):
    text = ("1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh\n\n"
            "\t- Việc thứ nhất \U0001f91d\n")
    (folder / "utf16le.txt").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    (folder / "utf16be.txt").write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
    (folder / "utf16le_bare.txt").write_bytes(text.encode("utf-16-le"))
    (folder / "utf16be_bare.txt").write_bytes(text.encode("utf-16-be"))
    (folder / "utf8_mark.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (folder / "crlf.txt").write_bytes(text.replace("\n", "\r\n").encode())
    (folder / "cr.txt").write_bytes(text.replace("\n", "\r").encode())
    (folder / "nfd.txt").write_bytes(unicodedata.normalize("NFD",
                                                           text).encode())


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    hostile = folder / "hostile"
    texts = folder / "texts"
    for each in (folder, hostile, texts):
        each.mkdir(parents=True, exist_ok=True)
    for make in (make_word_plan, make_libreoffice_plan, make_table_plan,
                 make_numbers,
                 make_tracked, make_contents, make_headings):
        make(folder)
    make_hostile(hostile)
    make_texts(texts)


main()
