"""Meetings by the thousand, for measuring only: stored in bulk, past the actions and their trail."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from agreements.models import Commitment
from directory.models import Assignment, Committee, Office, Organisation, Person, Side, User
from meetings.models import AgendaItem, Attendance, Entry, Meeting, Mention, Minutes

_TEXTS = {
    "en": "the co-chairs discussed economic cooperation regional exchange agreed to continue work on energy "
    "medicine transport small enterprises and noted progress of projects under the eight items",
    "ja": "双方は 経済分野の 協力について 議論し 引き続き 地域交流を 進める ことで 一致した 医療 運輸 中小企業 "
    "の案件の 進捗を 確認した",
    "ru": "сопредседатели обсудили экономическое сотрудничество межрегиональные обмены договорились продолжить "
    "работу в области энергетики медицины транспорта и отметили ход проектов",
}
WORDS = {language: text.split() for language, text in _TEXTS.items()}
KINDS = ("statement", "discussion", "joint_assessment", "agreement", "information")
AUDIENCES = ("shared", "public", "internal", "shared", "public")


class House:
    """One committee of two sides with ten people; ``add`` gives it meetings."""

    def __init__(self) -> None:
        self.chance = random.Random(20201221)
        japan = Side.objects.create(code="JP", name_en="Japan", name_ja="日本", name_ru="Япония", capital_en="Tokyo",
                                    time_zone="Asia/Tokyo", language="ja")  # fmt: skip
        russia = Side.objects.create(code="RU", name_en="Russia", name_ja="ロシア", name_ru="Россия",
                                     capital_en="Moscow", time_zone="Europe/Moscow", language="ru")  # fmt: skip
        self.committee = Committee.objects.create(
            code="JR", kind="committee", own_side=japan, other_side=russia, name_en="Intergovernmental Committee",
            name_ja="政府間委員会", name_ru="Межправительственная комиссия",
        )  # fmt: skip
        self.user = User.objects.create_user("reader", password=None, last_name="Reader")
        Assignment.objects.create(user=self.user, committee=self.committee, side=japan, role="secretary", clearance=2)
        self.people = [
            Person.objects.create(side=side, family_name_en=f"Family{i}", given_name_en=f"Given{i}",
                                  family_name_ja=f"姓{i}", family_name_ru=f"Фамилия{i}")
            for side in (japan, russia) for i in range(5)
        ]  # fmt: skip
        ministry = Organisation.objects.create(side=japan, kind="ministry", name_en="Ministry")
        self.office = Office.objects.create(organisation=ministry, title_en="Minister")
        self.meetings = 0

    def add(self, meetings: int, entries: int = 10) -> list[Meeting]:
        """As many meetings as that, each with ten attendances, four agenda items, ``entries`` entries of which every
        other one has a speaker, and one commitment."""
        made = Meeting.objects.bulk_create(self._meeting(self.meetings + i) for i in range(meetings))
        self.meetings += meetings
        minutes = Minutes.objects.bulk_create(Minutes(meeting=meeting) for meeting in made)
        attendances = Attendance.objects.bulk_create(
            Attendance(meeting=meeting, person=person, side=person.side, office=self.office, position=position,
                       name_en=person.family_name_en, name_ja=person.family_name_ja, name_ru=person.family_name_ru,
                       office_title_en="Minister", office_title_ja="大臣", office_title_ru="Министр", mode="online")
            for meeting in made for position, person in enumerate(self.people)
        )  # fmt: skip
        items = AgendaItem.objects.bulk_create(
            AgendaItem(meeting=meeting, position=i, title_en=f"Item {i}", title_ja=f"議題{i}", title_ru=f"Вопрос {i}")
            for meeting in made for i in range(4)
        )  # fmt: skip
        stored = Entry.objects.bulk_create(
            (
                Entry(minutes=each, position=i, kind=KINDS[i % 5], audience=AUDIENCES[i % 5],
                      agenda_item=items[4 * n + 4 * i // entries], text_en=self._text("en", 30),
                      text_ja=self._text("ja", 18), text_ru=self._text("ru", 20))
                for n, each in enumerate(minutes) for i in range(entries)
            ),
            batch_size=2000,
        )  # fmt: skip
        spoken = Entry.speakers.through
        spoken.objects.bulk_create(
            (
                spoken(entry=entry, attendance=attendances[10 * (i // entries) + i % 10])
                for i, entry in enumerate(stored) if i % 2 == 0
            ),
            batch_size=5000,
        )  # fmt: skip
        commitments = Commitment.objects.bulk_create(
            Commitment(committee=self.committee, reference=f"{meeting.reference}-C", text_en="Hold it.",
                       review_on=meeting.date + timedelta(days=365))
            for meeting in made
        )  # fmt: skip
        Mention.objects.bulk_create(
            Mention(entry=stored[entries * n + min(3, entries - 1)], commitment=commitment, kind="makes")
            for n, commitment in enumerate(commitments)
        )
        return made

    def _meeting(self, number: int) -> Meeting:
        day = date(1994, 11, 4) + timedelta(days=number)
        begins = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
        return Meeting(
            committee=self.committee, reference=f"JR-{day}-WL", kind="working_level", format="video", state="held",
            date=day, starts_at=begins, ends_at=begins + timedelta(minutes=50), place_en="Tokyo and Moscow",
        )  # fmt: skip

    def _text(self, language: str, words: int) -> str:
        space = "" if language == "ja" else " "
        return space.join(self.chance.choices(WORDS[language], k=words)) + ("。" if language == "ja" else ".")
