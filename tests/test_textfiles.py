"""Reading with bounds, strict JSON, and writing that never leaves half a file."""

import io
import os
import stat
import sys
import threading
from contextlib import contextmanager

import pytest

from auditor.errors import InputError, OutputError
from auditor.textfiles import PRIVATE, parse_json, read_text, shown, write_atomically

NOBODY = 65534


@contextmanager
def as_nobody():
    """As a user without rights, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# -- reading --------------------------------------------------------------------------------------------------


def test_a_text_may_come_in_pieces(tmp_path):
    write_atomically(tmp_path / "f", iter(["one\n", "", "two\n"]))
    assert (tmp_path / "f").read_text() == "one\ntwo\n"


@pytest.mark.parametrize("error", [KeyError, ValueError, RuntimeError])
def test_pieces_that_break_off_leave_what_was_there_and_tell_why(error, tmp_path):
    def pieces():
        yield "new"
        raise error("broken")

    file = tmp_path / "f"
    file.write_text("old")
    with pytest.raises(error, match="broken"):
        write_atomically(file, pieces())
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_text_is_read_without_its_byte_order_mark(tmp_path):
    file = tmp_path / "a.json"
    file.write_bytes(b'\xef\xbb\xbf{"a": "\xc3\xa9"}\r\n')
    assert read_text(str(file), 100) == '{"a": "é"}\r\n'


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hello"), encoding="ascii"))
    assert read_text("-", 5) == "hello"


def test_a_pipe_can_be_read(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("through a pipe",))
    writer.start()
    assert read_text(str(pipe), 100) == "through a pipe"
    writer.join()


def test_reading_stops_at_the_limit():
    with pytest.raises(InputError, match="/dev/zero is too large: auditor reads at most 1,000 bytes"):
        read_text("/dev/zero", 1000)


def test_a_file_of_just_the_limit_is_read(tmp_path):
    file = tmp_path / "a"
    file.write_text("12345")
    assert read_text(str(file), 5) == "12345"
    with pytest.raises(InputError, match="too large"):
        read_text(str(file), 4)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("absent", "does not exist"), (".", "is a folder"), ("a\0b", "cannot be read"), ("x" * 300, "cannot be read")],
)
def test_what_is_no_readable_file_is_said_plainly(tmp_path, name, problem):
    with pytest.raises(InputError, match=problem):
        read_text(str(tmp_path / name), 10)


def test_a_file_without_permission_is_said_plainly(tmp_path):
    file = tmp_path / "secret"
    file.write_text("x")
    file.chmod(0)
    with as_nobody(), pytest.raises(InputError, match="may not be read"):
        read_text(str(file), 10)


def test_other_encodings_are_refused(tmp_path):
    file = tmp_path / "a"
    file.write_bytes("{}".encode("utf-16"))
    with pytest.raises(InputError, match="is not UTF-8 text: byte 0"):
        read_text(str(file), 10)


# -- JSON -----------------------------------------------------------------------------------------------------


def test_json_is_parsed():
    assert parse_json('{"a": [1, 2.5, null, true, "x"]}', "f") == {"a": [1, 2.5, None, True, "x"]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "f is empty"),
        (" \n ", "f is empty"),
        ('{"a": 1,\n "b"', "f ends in the middle: line 2, column 5"),
        ('{"a": "unfinis', "f ends in the middle: line 1, column 7"),
        ('{"a": 1,\n  b: 2}', "f is not JSON: line 2, column 3"),
        ("{} {}", "f is not JSON: line 1, column 4: Extra data"),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', 'f: the key "b" stands twice in one object'),
        ('{"a": NaN}', "f: NaN is no JSON number"),
        ("[-Infinity]", "f: -Infinity is no JSON number"),
        ("1" * 5000, "f is not JSON that auditor reads"),
        ("[" * 100_000, "f is nested too deeply"),
        ('{"a":' * 100_000, "f is nested too deeply"),
    ],
)
def test_what_is_no_json_or_is_ambiguous_is_refused(text, problem):
    with pytest.raises(InputError) as raised:
        parse_json(text, "f")
    assert str(raised.value).startswith(problem)


def test_keys_in_messages_cannot_steer_a_terminal():
    with pytest.raises(InputError) as raised:
        parse_json(r'{"\u001b[2J": 1, "\u001b[2J": 1}', "f")
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("value", "text"),
    [("plain é", '"plain é"'), ("a\nb", r"'a\nb'"), ("\u202e", r"'\u202e'"), (12, "12"), (None, "None")],
)
def test_values_are_shown_escaped(value, text):
    assert shown(value) == text


def test_values_are_shown_cut():
    assert len(shown("x" * 1000)) == 120


# -- writing --------------------------------------------------------------------------------------------------


def test_the_umask_decides_on_ordinary_files(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "report", "text")
    finally:
        os.umask(before)
    assert mode(tmp_path / "report") == 0o640
    assert (tmp_path / "report").read_text() == "text"
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_private_files_are_for_their_owner_alone_whatever_stood_there(tmp_path):
    file = tmp_path / "snapshot"
    file.write_text("old")
    file.chmod(0o644)
    write_atomically(file, "new", PRIVATE)
    assert (mode(file), file.read_text()) == (0o600, "new")


def test_an_ordinary_file_that_is_replaced_keeps_its_mode(tmp_path):
    file = tmp_path / "report"
    file.write_text("old")
    file.chmod(0o640)
    write_atomically(file, "new")
    assert (mode(file), file.read_text()) == (0o640, "new")


def test_line_ends_and_all_of_unicode_are_written_as_they_are(tmp_path):
    write_atomically(tmp_path / "f", "a\r\nb\u2028\U0001f600\n")
    assert (tmp_path / "f").read_bytes() == "a\r\nb\u2028\U0001f600\n".encode()


def test_a_half_character_does_not_lose_the_file(tmp_path):
    write_atomically(tmp_path / "f", "a\ud800b")
    assert (tmp_path / "f").read_bytes() == rb"a\ud800b"


def test_a_symbolic_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "2026.json"
    target.write_text("old")
    link = tmp_path / "latest.json"
    link.symlink_to("there/2026.json")
    write_atomically(link, "new", PRIVATE)
    assert link.is_symlink()
    assert (mode(target), target.read_text()) == (0o600, "new")


def test_a_dangling_link_is_filled(tmp_path):
    link = tmp_path / "latest"
    link.symlink_to("not-yet")
    write_atomically(link, "text")
    assert (tmp_path / "not-yet").read_text() == "text"


def test_another_users_link_is_not_followed(tmp_path, monkeypatch):
    target = tmp_path / "target"
    target.write_text("precious")
    link = tmp_path / "link"
    link.symlink_to(target)
    if os.geteuid() == 0:
        os.lchown(link, NOBODY, NOBODY)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    with pytest.raises(OutputError, match="symbolic link that belongs to another user"):
        write_atomically(link, "text")
    assert target.read_text() == "precious"


def test_links_in_a_circle_are_an_error(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match="cannot write"):
        write_atomically(tmp_path / "a", "text")
    assert (tmp_path / "a").is_symlink()


def test_a_pipe_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_atomically(pipe, "text")
    reader.join()
    assert read == ["text"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_disk_is_an_error():
    with pytest.raises(OutputError, match="cannot write /dev/full: No space left on device"):
        from pathlib import Path

        write_atomically(Path("/dev/full"), "text")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("absent/report", "there is no such folder"),
        ("file/report", "Not a directory"),
        (".", "Is a directory"),
        ("x" * 300, "File name too long"),
        ("a\0b", "null"),
    ],
)
def test_places_that_cannot_be_written_are_errors(tmp_path, name, problem):
    (tmp_path / "file").write_text("whole")
    with pytest.raises(OutputError, match=problem):
        write_atomically(tmp_path / name, "text")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "whole"


def test_a_folder_without_permission_is_an_error(tmp_path):
    tmp_path.chmod(0o500)
    with as_nobody(), pytest.raises(OutputError, match="Permission denied"):
        write_atomically(tmp_path / "report", "text")


def test_a_failure_leaves_what_stood_there_and_no_litter(tmp_path, monkeypatch):
    file = tmp_path / "report"
    file.write_text("old")

    def full(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_atomically(file, "new")
    assert file.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report"]
