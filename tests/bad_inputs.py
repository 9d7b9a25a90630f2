"""The cases of the collection of bad inputs by their ids: what is typed, what is to become of it, where each is tried."""

import csv
from typing import NamedTuple

from tests.conftest import shared


def cases() -> dict[str, dict[str, str]]:
    """The collection, id → case; the test is skipped where it is missing."""
    path = shared("bad-inputs", "cases.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}


KEPT, CLEANED, NOTHING, TOO_LONG, EITHER = "kept", "cleaned", "nothing", "too long", "kept or too long"


class Typed(NamedTuple):
    """What is typed, what becomes of it, and what is kept where that is something else: in one line, line ends are spaces."""

    becomes: str
    text: str
    clean: str = ""

    @property
    def kept(self) -> str:
        return self.clean or self.text


# What is typed into names, titles and notes of every action, and what becomes of it.
_TEXTS: dict[str, tuple[str, ...]] = {
    "B001": (NOTHING, ""),
    "B003": (NOTHING, "\u200b\u200b"),
    "B005": (KEPT, "a"),
    "B007": (TOO_LONG, "a" * 256),
    "B009": (TOO_LONG, "a" * 5_000_000),
    "B011": (CLEANED, "e\u0301", "\u00e9"),
    "B013": (KEPT, "\u2066abc\u2069"),
    "B015": (EITHER, "Z\u0351\u036b\u0343\u036a" * 50, "Z\u0351\u036b\u0313\u036a" * 50),
    "B017": (CLEANED, "\x1b[31mred", "[31mred"),
    "B019": (CLEANED, "\ufeffFinance", "Finance"),
    "B021": (NOTHING, "\x0b\x0c"),
    "B027": (KEPT, "None nan NaT"),
    "B029": (KEPT, "José D’Ávila-O'Brien y Ñandú"),
    "B031": (KEPT, "Penelope Scunthorpe"),
    "B033": (CLEANED, "line1\r\nline2", "line1\nline2"),
    "B035": (NOTHING, "\U000e0041\U000e0042"),
    "B037": (KEPT, "<img src=x onerror=alert(1)>"),
    "B039": (KEPT, "[click](data:text/html;base64,PHNjcmlwdD4=)"),
    "B041": (KEPT, "# big\n---\n| a | b |\n|-|-|"),
    "B043": (TOO_LONG, "[" * 20_000 + "]" * 20_000),
    "B045": (KEPT, "$\\frac{1}{2}$ costs $5 and $6"),
    "B047": (KEPT, "%s %d {0} {user.password}"),
    "B049": (KEPT, "javascript:alert(1)"),
    "B051": (KEPT, "&lt;b&gt; &amp; &#60;"),
    "B053": (KEPT, "=1+1"),
    "B055": (KEPT, "+cmd|' /C calc'!A0"),
    "B057": (KEPT, "@SUM(1,1)"),
    "B059": (CLEANED, "\r=1+1", "=1+1"),
    "B061": (KEPT, "=cmd|'/c x'!A1,\"a\""),
    "B063": (KEPT, '"=1+1'),
    "B065": (KEPT, "+55 11 99999-0000"),
    "B067": (KEPT, "'; DROP TABLE request; --"),
    "B069": (KEPT, "1); ATTACH DATABASE './tmp-x' AS y; --"),
    "B071": (KEPT, "a\"b`c[d]'"),
    "B073": (KEPT, "\\x27 or 1=1"),
    # and beyond the collection
    "255 characters": (KEPT, "a" * 255),
    "only spaces": (NOTHING, " \t\u00a0\u3000 "),
    "right to left": (CLEANED, "abc\u202edcba", "abcdcba"),
    "Arabic": (KEPT, "قائمة العملاء"),
    "a family": (KEPT, "👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽"),
    "a NUL": (CLEANED, "Fin\x00ance", "Finance"),
    "half a character": (CLEANED, "half\ud800", "half"),
    "a line separator": (CLEANED, "one\u2028two", "one\ntwo"),
    "null": (KEPT, "NULL undefined true 0 -0"),
    "one long word": (KEPT, "Donaudampfschifffahrtsgesellschaft" * 6),
    "unfolds": (EITHER, "\ufdfa" * 200),
    "an open isolate": (CLEANED, "\u2066open", "open"),
    "like": (KEPT, "100% _ \\ [a-z] *"),
    "a header": (CLEANED, "x\r\nBcc: everybody@example.com", "x\nBcc: everybody@example.com"),
    "a directive": (KEPT, ":red[x] :material/home: :smile: :gray-badge[y]"),
    "a path": (KEPT, "../../etc/passwd %00 C:\\x"),
    "template": (KEPT, "{{7*7}} ${7*7} <%= 7 %> {% raw %}"),
}  # fmt: skip
TEXTS = {case: Typed(*one) for case, one in _TEXTS.items()}

WHOLES = (-1, 0, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30)
NUMBERS = (float("nan"), float("inf"), -float("inf"), -1e308, 1e308, 5e-324, -0.0, 10.0**16)

# Cases that are tried elsewhere: id → the test.
ELSEWHERE = {
    "B011": "test_company_and_people.py::test_no_two_areas_have_names_that_look_the_same",
    "B023": "test_accounts.py::test_a_name_in_other_letters_is_taken_and_shown_to_look_like_the_one_that_is_here",
    "B025": "test_company_and_people.py::test_two_people_may_have_one_name_but_not_one_address",
    "B049": "test_what_people_type.py::test_a_link_that_runs_something_is_refused",
    "B075": "test_bad_inputs_files.py::test_a_name_of_a_file_is_only_ever_shown",
    "B077": "test_bad_inputs_files.py::test_a_name_of_a_file_is_only_ever_shown",
    "B079": "test_bad_inputs_files.py::test_a_name_of_a_file_is_only_ever_shown",
    "B081": "test_bad_inputs_files.py::test_a_name_of_a_file_is_only_ever_shown",
    "B083": "test_bad_inputs_files.py::test_a_name_of_a_file_is_only_ever_shown",
    "B085": "test_bad_inputs_files.py::test_a_name_of_a_file_is_only_ever_shown",
    "B203": "test_bad_inputs_pages.py::test_nothing_in_an_address_breaks_a_page",
    "B205": "test_bad_inputs_pages.py::test_nothing_in_an_address_breaks_a_page",
    "B247": "test_bad_inputs_killed.py::test_an_import_that_is_killed_is_there_as_a_whole_or_not_at_all",
    "B249": "test_bad_inputs_killed.py::test_a_server_without_a_language_a_zone_or_a_home_starts",
    "B105": "test_exchange_files.py::test_days_without_an_hour_are_local_noon_and_hours_that_the_clock_skips_move_on",
    "B107": "test_exchange_files.py::test_days_without_an_hour_are_local_noon_and_hours_that_the_clock_skips_move_on",
    "B191": "test_calendar.py::test_ten_o_clock_stays_ten_o_clock_over_the_change_of_clocks",
    "B195": "test_door.py::test_a_file_that_is_too_large_is_refused_before_it_is_read",
    "B197": "test_door.py::test_without_a_sign_in_no_websocket_opens",
    "B199": "test_sign_in.py::test_whoever_is_archived_is_out_at_once_and_comes_in_no_more",
    "B201": "test_door.py::test_the_way_after_the_sign_in_leads_to_no_other_site",
    "B207": "test_many_at_once.py::test_of_settings_saved_from_the_same_page_only_the_first_are_kept",
    "B209": "test_many_at_once.py::test_a_double_click_records_once",
    "B211": "test_sign_in.py::test_thirty_wrong_passwords_also_at_the_same_instant_make_whoever_guesses_wait_and_nobody_else",
    "B213": "test_sign_in.py::test_a_password_of_a_megabyte_costs_nothing",
    "B215": "test_notices_sent.py::test_no_channel_reaches_this_machine_or_its_network",
    "B217": "test_notices_sent.py::test_a_channel_that_refuses_or_leads_elsewhere_is_told_and_a_server_taken_off_the_list_is_not_called",
    "B219": "test_door.py::test_a_value_that_no_widget_offers_changes_nothing_and_breaks_no_page",
    "B221": "test_rights.py::test_who_may_does_it_and_nobody_else",
    "B223": "test_departures.py::test_what_it_has_to_answer_must_be_handed_on",
    "B231": "test_pulse.py::test_nothing_is_shown_before_the_close_nor_from_fewer_than_five",
    "B233": "test_pulse.py::test_an_answer_could_be_anybodys",
    "B235": "test_exchange_written.py::test_what_something_was_built_on_can_not_be_undone",
    "B237": "test_newcomer.py::test_every_page_of_an_empty_company_says_what_it_is_for",
    "B239": "test_starting.py::test_a_folder_that_may_only_be_read_is_said_so_without_a_traceback",
    "B241": "test_starting.py::test_a_damaged_file_is_refused_with_the_backup_to_put_back_which_then_works",
    "B243": "test_door.py::test_a_server_on_a_newer_database_says_so_and_stops",
    "B245": "test_timekeeping.py::test_while_it_is_doubted_time_goes_on_as_before_and_the_chores_wait",
}

# Those of no list: id → the test, in test_bad_inputs_cases.py.
CHECKED = {
    "B111": "test_week_53_is_followed_by_week_1",
    "B113": "test_an_hour_over_midnight_is_one_hour",
    "B115": "test_two_who_live_a_day_apart_read_the_same_instant",
    "B117": "test_a_zone_that_is_none_changes_nothing",
    "B123": "test_a_pulse_takes_the_numbers_that_it_offers",
    "B125": "test_a_number_beyond_any_column_is_a_sentence_on_both_databases",
    "B129": "test_a_share_is_shown_rounded",
    "B179": "test_no_workbook_is_ever_written",
    "B181": "test_no_workbook_is_ever_written",
    "B183": "test_no_workbook_is_ever_written",
    "B185": "test_nothing_typed_adds_a_part_to_a_calendar",
    "B187": "test_nothing_typed_adds_a_part_to_a_calendar",
    "B189": "test_nothing_typed_adds_a_part_to_a_calendar",
    "B193": "test_a_calendar_carries_no_link_that_runs",
    "B225": "test_a_goal_that_starts_at_nothing_and_stays_there_divides_by_nothing",
    "B227": "test_an_hour_with_nobody_in_it_has_minutes",
    "B229": "test_what_davi_said_stays_with_the_area_that_he_said_it_for",
}
