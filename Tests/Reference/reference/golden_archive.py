"""The small archive whose expected results are committed for the Swift test.

Made by a seeded generator, so that it can be made again; every article and query is there for a
rule of the contract.
"""

import json
import random
from pathlib import Path

from . import archive, query
from .index import Index

SEED = 20_200_701

# Frequent to rare; with forms of one stem, accents, apostrophes, numbers and other scripts.
WORDS = """the of and to in a is that for it market markets marketing industry industries cluster
clusters clustered alumina aluminium smelter smelters smelting price prices priced pricing café cafe
cafés résumé resume résumés naïve naive état etats élève eleve Ελλάδα ελλαδα Ωμέγα München Munchen
Straße strasse STRASSE don't don’t company's companies company 3.14 1,234.5 2020-07-01 U.S. U.S.A
state-of-the-art C3PO h2o 中国 氧化铝 产业集群 有色金属 中国有色金属报 東京 とうきょう 東京タワー ガラス ｶﾞﾗｽ が か
한국어 뉴스 ประเทศไทย ข่าว Москва йод ёлка елка ﬁnance finance ＦＩＮＡＮＣＥ x² ① 😀 👩‍🚀 🇩🇪 🇫🇷 café́ a_b
zinc copper nickel lithium cobalt tin lead gold silver platinum running runs ran runner election
elections electoral vote votes voted voting goal goals scored match matches team teams science
scientific scientist quantum particle particles generalization generally general genre""".split()

FIXED = [
    ("duplicate", "First version", "this text is replaced, onlyinfirst alumina"),
    ("empty", "", ""),
    ("title-only", "Alumina cluster", ""),
    ("gap", "north", "south and the rest"),
    ("long-word", "", "x" * 300 + " beside"),
    ("long-accents", "", "é" * 200 + " beside"),
    ("thai", "", "ประเทศไทยน้ำ ข่าว"),
    ("mixed-scripts", "iPhone手机 news", "abc한글def 東京タワーABC 2020年7月1日"),
    ("marks", "", "a\u0308rger Ärger arger e\u0301tat \u1e69 s\u0323\u0307"),
    ("repeat", "to be or not to be", "to be or not to be to be or not to be"),
    ("hebrew", "", 'צה"ל ג\'ירפה'),
    ("newlines", "Lines\nof title", "one\r\ntwo\tthree\u2028four\u0085five\u00a0six"),
    ("duplicate", "Second version", "the later article is the one that counts: alumina"),
]

QUERIES = """alumina
the
market
markets
price prices pricing
the of and to in a is that
+alumina +cluster
+the +market -price
+market alumina
alumina -the
"industry clusters"
"industry cluster"
"the the"
"to be or not to be"
"north south"
+"price of" the
café
cafe
"café"
"cafe"
résumé
resume
naive
Ελλάδα
ελλαδα
München
Munchen
straße
STRASSE
don't
don’t
company's
company
3.14
1,234.5
2020-07-01
+state-of-the-art
-state-of-the-art the
state-of-the-art
"state of the art"
中
中国
氧化铝
有色金属
"有色金属"
+中国 -氧化铝
"中国 氧化铝"
東京タワー
タワー
か
が
ガラス
한국어
ไทย
ประเทศ
น้ำ
Москва
йод
иод
ёлка
finance
x2
1
😀
👩‍🚀
🇩🇪
a_b
title:market
title:the alumina
title:"industry cluster"
text:cluster
title:中国
+title:alumina +cluster
iPhone手机
+iPhone手机
手机
abc한글def
东京 東京
7月1日
"2020年7月1日"
ärger
arger
"ärger"
état
ṩ
"ג'ירפה"
ג'ירפה
onlyinfirst
x²
absentword
+absentword the
the absentword
the the the market
market "market" +market
running
ran
general
generalization
"scientific particles" quantum
the market "the market" +"alumina" -gold
silver gold platinum lithium cobalt nickel copper zinc tin lead
one two three four five six""".split("\n")


def articles():
    generator = random.Random(SEED)
    weights = [1 / (rank + 2) for rank in range(len(WORDS))]

    def sentence(length):
        return " ".join(generator.choices(WORDS, weights, k=length))

    made = list(FIXED[:-1])
    for number in range(400):
        length = generator.choice([3, 10, 20, 40, 40, 80])
        title = sentence(generator.randint(0, 6))
        made.append((f"doc-{number:03d}", title, sentence(length) + "."))
        if number % 9 == 0:  # a text without spaces
            made[-1] = (made[-1][0], title, made[-1][2].replace(" ", ""))
    made.append(FIXED[-1])
    made.append(("long-query", "", "x" * 300))
    return made


def write(folder):
    """archive.jsonl and expected.jsonl: one article, one query a line."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    index = Index("english")
    index.add_all(articles())
    with (folder / "archive.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for key, title, body in articles():
            record = {"id": key, "title": title, "body": body}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    digest = archive.RankDigest()
    with (folder / "expected.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for text in [*QUERIES, "x" * 300]:
            count, hits = query.search(index, query.parse(text), limit=100)
            for document, score in hits:
                digest.add(index.keys[document], score)
            top = [[index.keys[d], archive.bits(score)] for d, score in hits[:10]]
            row = {"query": text, "count": count, "top": top}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.write(json.dumps({"rank_digest": f"{digest.value:016x}", "k": 100}) + "\n")
    print(f"{folder}: {index.count} articles, {len(QUERIES) + 1} queries")
