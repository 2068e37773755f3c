"""The co-chairs' meeting of 21 December 2020 as ``templates/typst/minutes.typ`` takes it, in our own sentences."""

from copy import deepcopy
from typing import Any

Text = dict[str, str]

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "attendance": "Attendance",
        "apologies": "Apologies",
        "agenda": "Agenda",
        "entries": "Proceedings",
        "agreements": "What was agreed",
        "number": "No.",
        "text": "Text",
        "commitment": "Commitment",
        "missing": "Not available in this language",
        "page_of": "Page {page} of {pages}",
    },
    "ja": {
        "attendance": "出席者",
        "apologies": "欠席者",
        "agenda": "議題",
        "entries": "議事",
        "agreements": "合意事項",
        "number": "番号",
        "text": "本文",
        "commitment": "約束事項",
        "missing": "この言語の本文はありません",
        "page_of": "{page} / {pages} ページ",
    },
    "ru": {
        "attendance": "Присутствовали",
        "apologies": "Отсутствовали",
        "agenda": "Повестка дня",
        "entries": "Ход встречи",
        "agreements": "Достигнутые договорённости",
        "number": "№",
        "text": "Текст",
        "commitment": "Обязательство",
        "missing": "На этом языке текста нет",
        "page_of": "Страница {page} из {pages}",
    },
}

KINDS = {
    "statement": {"en": "Statement", "ja": "発言", "ru": "Заявление"},
    "discussion": {"en": "Discussion", "ja": "協議", "ru": "Обсуждение"},
    "joint_assessment": {"en": "Joint assessment", "ja": "共同の評価", "ru": "Совместная оценка"},
    "agreement": {"en": "Agreement", "ja": "合意", "ru": "Договорённость"},
    "information": {"en": "Information", "ja": "情報提供", "ru": "Информация"},
}

AUDIENCES = {
    "internal": {"en": "Internal", "ja": "部内限り", "ru": "Для служебного пользования"},
    "shared": {"en": "Shared", "ja": "双方共有", "ru": "Для обеих сторон"},
    "public": {"en": "Public", "ja": "公表", "ru": "Для публикации"},
}

EDITIONS = {
    "internal": {"en": "Internal edition", "ja": "部内版", "ru": "Внутренняя редакция"},
    "shared": {"en": "Shared edition", "ja": "共有版", "ru": "Общая редакция"},
    "public": {"en": "Public edition", "ja": "公表版", "ru": "Публичная редакция"},
}

MOTEGI = {
    "name": {"en": "MOTEGI Toshimitsu", "ja": "茂木敏充", "ru": "Мотэги Тосимицу"},
    "office": {
        "en": "Minister for Foreign Affairs of Japan",
        "ja": "外務大臣",
        "ru": "Министр иностранных дел Японии",
    },
}

RESHETNIKOV = {
    "name": {
        "en": "Maksim Gennadyevich RESHETNIKOV",
        "ja": "レシェトニコフ、マクシム・ゲンナジエヴィチ",
        "ru": "Решетников Максим Геннадьевич",
    },
    "office": {
        "en": "Minister of Economic Development of the Russian Federation",
        "ja": "ロシア連邦経済発展大臣",
        "ru": "Министр экономического развития Российской Федерации",
    },
}

CO_CHAIR = {"en": "Co-chair", "ja": "共同議長", "ru": "Сопредседатель"}
ONLINE = {"en": "by video", "ja": "オンライン", "ru": "по видеосвязи"}

# (kind, speakers, agenda item, audience, text)
ENTRIES: list[tuple[str, list[dict[str, Text]], int, str, Text]] = [
    (
        "statement",
        [MOTEGI],
        1,
        "public",
        {
            "en": "Stated that the leaders of the two countries agree to develop relations as a whole over a wide "
            "range of fields, the economy among them. He wished to take cooperation forward along that line, with "
            "the shared recognition that economic cooperation should serve the advance of Japan–Russia relations "
            "as a whole, including the negotiations on a peace treaty.",
            "ja": "両首脳は、経済を含む幅広い分野で日露関係全体を発展させていくことで一致していると述べた。"
            "この方針の下、経済分野の協力は平和条約交渉を含む日露関係全体の前進に資するものであるべきとの認識を共有しつつ、"
            "協力を進めていきたいと述べた。",
            "ru": "Заявил, что лидеры двух стран едины в намерении развивать отношения в целом в широком круге "
            "областей, включая экономику. Выразил желание продвигать сотрудничество в этом русле при общем "
            "понимании того, что экономическое взаимодействие должно служить развитию российско-японских "
            "отношений в целом, включая переговоры о мирном договоре.",
        },
    ),
    (
        "statement",
        [RESHETNIKOV],
        1,
        "public",
        {
            "en": "Stated that it had been possible in 2020 to hold consultations of various kinds online in spite "
            "of COVID-19, and that he wished to take many kinds of cooperation further in the coming year.",
            "ja": "本年は新型コロナウイルス感染症の影響下にあっても、様々な協議をオンラインで行うことができたと述べ、"
            "来年は多様な協力を更に進めていきたいと述べた。",
            "ru": "Отметил, что в 2020 году, несмотря на COVID-19, удалось провести в режиме онлайн различные "
            "консультации, и выразил желание в следующем году продвигать разнообразное сотрудничество дальше.",
        },
    ),
    (
        "discussion",
        [MOTEGI, RESHETNIKOV],
        1,
        "shared",
        {
            "en": "Discussed the present state of cooperation in economic relations and in exchanges, and the "
            "direction it should take.",
            "ja": "経済関係及び交流分野における協力の現状と今後の方向性について議論した。",
            "ru": "Обсудили нынешнее состояние сотрудничества в экономических связях и обменах и его дальнейшие "
            "направления.",
        },
    ),
    (
        "information",
        [],
        2,
        "internal",
        {
            "en": "The secretariat noted that figures for the exchange year would be compared with the other side's "
            "before they are printed.",
            "ja": "",
            "ru": "",
        },
    ),
    (
        "joint_assessment",
        [],
        2,
        "public",
        {
            "en": "The co-chairs pointed out that cooperation had come about within the limits set by COVID-19, such "
            "as the joint development of a rapid virus test kit by Japanese and Russian companies.",
            "ja": "双方は、新型コロナウイルス感染症による制約の中でも、日露企業によるウイルスの迅速検査キットの共同開発"
            "などの協力が実現したことを指摘した。",
            "ru": "Сопредседатели отметили, что и в условиях ограничений, вызванных COVID-19, сотрудничество "
            "состоялось, в частности совместная разработка экспресс-теста на вирус японскими и российскими "
            "компаниями.",
        },
    ),
    (
        "agreement",
        [],
        2,
        "public",
        {
            "en": "The co-chairs agreed to continue to advance trade and economic cooperation under the eight-item "
            "Cooperation Plan.",
            "ja": "双方は、引き続き8項目の「協力プラン」の下で貿易経済分野の協力を進めていくことで一致した。",
            "ru": "Сопредседатели договорились и далее продвигать торгово-экономическое сотрудничество в рамках "
            "Плана сотрудничества из восьми пунктов.",
        },
    ),
    (
        "joint_assessment",
        [],
        3,
        "public",
        {
            "en": "The co-chairs appreciated that many projects of the Japan–Russia Year of Regional and Sister-City "
            "Exchange, which began in January 2020, are being carried out by online means.",
            "ja": "双方は、2020年1月に開始した日露地域交流年について、オンラインも活用しつつ多くの交流事業が実施されて"
            "いることを評価した。",
            "ru": "Сопредседатели дали высокую оценку тому, что многие мероприятия Года российско-японских "
            "межрегиональных и побратимских обменов, начавшегося в январе 2020 года, проводятся в онлайн-формате.",
        },
    ),
    (
        "agreement",
        [],
        3,
        "public",
        {
            "en": "The co-chairs agreed to hold the Intergovernmental Committee with a visit of Minister Reshetnikov "
            "to Japan, at a convenient time and taking account of the COVID-19 situation.",
            "ja": "双方は、新型コロナウイルス感染症の状況を踏まえ、都合の良い時期に、レシェトニコフ大臣の訪日に合わせて"
            "政府間委員会を開催することで一致した。",
            "ru": "Сопредседатели договорились провести заседание Межправительственной комиссии в ходе визита "
            "министра Решетникова в Японию в удобное время с учётом ситуации с COVID-19.",
        },
    ),
    (
        "agreement",
        [],
        3,
        "public",
        {
            "en": "The co-chairs agreed to hold on that occasion the opening ceremony of the exchange year, which the "
            "15th session (Moscow, 18 December 2019) had agreed to hold in Hokkaido.",
            "ja": "双方は、第15回会合（2019年12月18日、モスクワ）において北海道での開催が合意されていた日露地域交流年の"
            "開会式を、その機会に行うことで一致した。",
            "ru": "Сопредседатели договорились приурочить к этому визиту церемонию открытия Года обменов, проведение "
            "которой на Хоккайдо было согласовано на 15-м заседании (Москва, 18 декабря 2019 г.).",
        },
    ),
]

COMMITMENTS = {6: "JR-C-2020-01", 8: "JR-C-2020-02", 9: "JR-C-2020-03"}

_VISIBLE = {"internal": {"internal", "shared", "public"}, "shared": {"shared", "public"}, "public": {"public"}}


def sample_minutes(languages: tuple[str, ...] = ("en",), edition: str = "public") -> dict[str, Any]:
    """The minutes in one language, or in two columns, as the readers of ``edition`` get them."""
    entries = [
        {
            "kind": kind,
            "kind_label": KINDS[kind],
            "speakers": speakers,
            "agenda_number": agenda_number,
            "text": text,
            "audience_label": AUDIENCES[audience] if edition == "internal" else None,
            "commitment": COMMITMENTS.get(number),
        }
        for number, (kind, speakers, agenda_number, audience, text) in enumerate(ENTRIES, 1)
        if audience in _VISIBLE[edition]
    ]
    for number, entry in enumerate(entries, 1):
        entry["number"] = number
    agreements = [
        {"number": entry["number"], "text": entry["text"], "commitment": entry["commitment"]}
        for entry in entries
        if entry["kind"] == "agreement"
    ]
    for entry in entries:
        del entry["commitment"]
    data = {
        "languages": list(languages),
        "edition": edition,
        "labels": {language: LABELS[language] for language in languages},
        "letterhead": {
            "organisation": {
                "en": "Secretariat of the Committee",
                "ja": "委員会事務局",
                "ru": "Секретариат Комиссии",
            },
            "committee": {
                "en": "Japan–Russia Intergovernmental Committee on Trade and Economic Issues",
                "ja": "貿易経済に関する日露政府間委員会",
                "ru": "Российско-японская межправительственная комиссия по торгово-экономическим вопросам",
            },
        },
        "title": {
            "en": "Minutes of the co-chairs’ meeting",
            "ja": "共同議長間会合 議事録",
            "ru": "Протокол встречи сопредседателей",
        },
        "subtitle": {
            "en": "Video conference, 21 December 2020",
            "ja": "令和2年12月21日 テレビ会議",
            "ru": "Видеоконференция, 21 декабря 2020 г.",
        },
        "reference": "JR-2020-12-21-CC",
        "edition_label": EDITIONS[edition],
        "state_label": {"en": "Agreed", "ja": "合意済み", "ru": "Согласовано"},
        "facts": [
            {
                "label": {"en": "Date", "ja": "日付", "ru": "Дата"},
                "value": {
                    "en": "Monday, 21 December 2020",
                    "ja": "2020年（令和2年）12月21日（月曜日）",
                    "ru": "понедельник, 21 декабря 2020 г.",
                },
            },
            {
                "label": {"en": "Time", "ja": "時刻", "ru": "Время"},
                "value": {
                    "en": "15:00–15:50 JST (Tokyo) · 09:00–09:50 MSK (Moscow)",
                    "ja": "15:00～15:50 日本時間（東京）・09:00～09:50 モスクワ時間",
                    "ru": "15:00–15:50 JST (Токио) · 09:00–09:50 MSK (Москва)",
                },
            },
            {
                "label": {"en": "Format", "ja": "形式", "ru": "Формат"},
                "value": {"en": "Video conference", "ja": "テレビ会議", "ru": "Видеоконференция"},
            },
            {
                "label": {"en": "Classification", "ja": "取扱区分", "ru": "Категория доступа"},
                "value": {"en": "Open", "ja": "公開", "ru": "Открытый документ"},
            },
        ],
        "sides": [
            {
                "name": {"en": "Japan", "ja": "日本側", "ru": "Японская сторона"},
                "people": [{**MOTEGI, "role": CO_CHAIR, "mode": ONLINE}],
                "apologies": [],
            },
            {
                "name": {"en": "Russian Federation", "ja": "ロシア側", "ru": "Российская сторона"},
                "people": [{**RESHETNIKOV, "role": CO_CHAIR, "mode": ONLINE}],
                "apologies": [],
            },
        ],
        "agenda": [
            {
                "number": 1,
                "title": {
                    "en": "State and direction of economic relations and exchanges",
                    "ja": "経済関係及び交流の現状と今後の方向性",
                    "ru": "Состояние и перспективы экономических связей и обменов",
                },
            },
            {
                "number": 2,
                "title": {
                    "en": "Cooperation Plan of eight items",
                    "ja": "8項目の「協力プラン」",
                    "ru": "План сотрудничества из восьми пунктов",
                },
            },
            {
                "number": 3,
                "title": {
                    "en": "Exchange year and next session of the Committee",
                    "ja": "日露地域交流年及び次回の政府間委員会",
                    "ru": "Год обменов и следующее заседание Комиссии",
                },
            },
        ],
        "entries": entries,
        "agreements": agreements,
        "footer": {
            "hash": "9f2c1e7ab03d54886c0f7de1a94b35c2e81d6f07b7a2490c5d3e8f160a7b24c9",
            "note": {
                "en": "Composed from published summaries of the meeting.",
                "ja": "公表された会合の概要に基づき作成。",
                "ru": "Составлено на основе опубликованных сообщений о встрече.",
            },
        },
    }
    return deepcopy(data)


def long_minutes(entries: int, languages: tuple[str, ...] = ("en",)) -> dict[str, Any]:
    """The same meeting, its entries repeated until there are ``entries`` of them."""
    data = sample_minutes(languages)
    rows = data["entries"]
    data["entries"] = [
        {**rows[i % len(rows)], "number": i + 1, "agenda_number": 1 + 3 * i // entries} for i in range(entries)
    ]
    return data
