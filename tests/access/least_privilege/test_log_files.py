"""CloudTrail's files: every form that they come in, hostile ones, and large ones in little memory."""

import gzip
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.access.least_privilege import log_files
from auditor.access.least_privilege.log_files import LogFileError, LogFiles, records
from auditor.errors import InputError
from tests.access.least_privilege.records import record

FIXTURES = Path(__file__).parents[3] / "fixtures" / "cloudtrail"

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.lists(st.dictionaries(st.text().map("x{}".format), VALUES, max_size=4), max_size=6)
"""Records whose members are none of those that a file begins with."""

FORMS = {
    "as delivered": lambda found: json.dumps({"Records": found}),
    "with further members": lambda found: json.dumps({"Records": found, "NextToken": [1, {"Records": [{}]}], "n": 2}),
    "spread": lambda found: json.dumps({"Records": found}, indent=3),
    "not escaped": lambda found: json.dumps({"Records": found}, ensure_ascii=False).encode("utf-8", "replace").decode(),
    "a list": lambda found: json.dumps(found),
    "lines": lambda found: "".join(f"{json.dumps(one)}\n" for one in found),
    "one after the other": lambda found: "".join(map(json.dumps, found)),
    "several objects": lambda found: "\n".join(json.dumps({"Records": [one]}) for one in found),
    "later in an object": lambda found: json.dumps({"a": 1, "Records": found}),
    "byte order mark": lambda found: "\ufeff" + json.dumps({"Records": found}),
}


def read(text):
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    return list(records(io.BufferedReader(io.BytesIO(content))))


@pytest.mark.parametrize("form", FORMS)
@given(found=RECORDS, chunk=st.integers(1, 300))
@settings(max_examples=30, deadline=None)
def test_records_are_read_as_they_were_written(form, found, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_files, "CHUNK", chunk)
        if form == "not escaped":
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        text = FORMS[form](found)
        assert read(text) == found
        assert read(gzip.compress(text.encode())) == found


@given(text=st.text(alphabet='{}[],:"\\ \nRecordsEvents01ntruef', max_size=60) | st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_file_is_read_or_refused(text):
    try:
        found = read(text)
    except (LogFileError, OSError, EOFError):
        return
    assert all(isinstance(one, dict) for one in found)


@pytest.mark.parametrize("end", range(0, 400, 23))
def test_a_file_that_ends_in_the_middle_is_never_taken_for_a_whole_one(end):
    text = json.dumps({"Records": [record("s3", "ListBuckets"), record("s3", "GetObject", {"key": "k"})]})
    if text[:end].strip():
        with pytest.raises(LogFileError):
            read(text[:end])
    packed = gzip.compress(text.encode())
    if 2 <= end < len(packed):
        with pytest.raises((LogFileError, EOFError)):
            read(packed[:end])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"Records": [{"a": 1} {"b": 2}]}', "expected"),
        ('{"Records": [{"a": 1}], "b" 2}', "expected"),
        ('{"Records": [{"a": 1}] "b": 2}', "expected"),
        ('{"Records": [{"a": 1}]', "ends in the middle"),
        ("[" * 100_000, "too deeply"),
        ('{"Records": [' + '{"a":' * 100_000, "too deeply"),
        ("no JSON", "no JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        ('{"Events": [{"CloudTrailEvent": "{"}]}', "CloudTrailEvent"),
        ('{"Events": [{"CloudTrailEvent": "' + "[" * 200_000 + '"}]}', "CloudTrailEvent"),
        ('{"n": ' + "9" * 5_000 + "}", "no JSON"),
    ],
)
def test_what_is_no_log_is_refused_with_its_reason(text, reason):
    with pytest.raises(LogFileError, match=reason):
        read(text)


def test_a_record_may_not_be_of_any_length(monkeypatch):
    monkeypatch.setattr(log_files, "MAX_RECORD", 1_000)
    monkeypatch.setattr(log_files, "CHUNK", 100)
    with pytest.raises(LogFileError, match="too long a record"):
        read(json.dumps({"Records": [{"a": "x" * 5_000}]}))


def test_a_file_may_not_be_of_any_length(monkeypatch):
    monkeypatch.setattr(log_files, "MAX_FILE", 1_000)
    with pytest.raises(LogFileError, match="longer than 1,000"):
        read(gzip.compress(b" " * 5_000))


def test_what_is_no_object_counts_as_no_record():
    assert read('[1, "a", null, [], {"a": 1}]') == [{"a": 1}]
    assert read('{"Events": [3, {"CloudTrailEvent": "[]"}, {"CloudTrailEvent": 5}]}') == []


class Endless(io.RawIOBase):
    """A log of a given number of records, made while it is read."""

    def __init__(self, count):
        self.rest = self._parts(count)
        self.waiting = b""

    def _parts(self, count):
        one = json.dumps(record("s3", "GetObject", {"bucketName": "b", "key": "k" * 500})).encode()
        yield b'{"Records":['
        for number in range(count):
            yield one if not number else b"," + one
        yield b"]}"

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self.waiting:
            self.waiting = next(self.rest, None)
            if self.waiting is None:
                return 0
        size = min(len(buffer), len(self.waiting))
        buffer[:size], self.waiting = self.waiting[:size], self.waiting[size:]
        return size


def test_a_large_file_is_read_in_little_memory():
    """About 50 MB; what is held at once is a chunk, the text that waits, and a record."""
    count = 45_000
    tracemalloc.start()
    found = sum(1 for _ in records(io.BufferedReader(Endless(count))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == count
    assert peak < 8_000_000


def test_the_files_of_a_bucket():
    logs = LogFiles([str(FIXTURES / "logs"), str(FIXTURES / "data_events.jsonl"), str(FIXTURES / "lookup_events.json")])
    names = [one["eventName"] for one in logs]
    assert len(names) == logs.records == 12
    assert logs.files == 4
    assert {"GetObject", "DescribeStacks", "FrobnicateWidget"} <= set(names)
    assert logs.unread == []


def test_a_broken_file_is_told_and_the_others_are_read(tmp_path):
    (tmp_path / "a.json").write_text('{"Records": [{"a": 1}, ')
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(b'{"Records": [{"b": 1}]}')[:-9])
    (tmp_path / "c.json").write_text('{"Records": [{"c": 1}]}')
    (tmp_path / "d.json.gz").write_bytes(b"\x1f\x8b" + b"\xff" * 40)
    (tmp_path / "e.txt").write_text("not a log")
    (tmp_path / "f.json").symlink_to(tmp_path / "nowhere")
    logs = LogFiles([str(tmp_path)])
    assert {"a": 1} in logs
    assert {"c": 1} in list(logs)
    assert {Path(spot.path).name for spot in logs.unread} == {"a.json", "b.json.gz", "d.json.gz", "f.json"}
    assert all(spot.reason for spot in logs.unread)


def test_a_device_is_not_read(tmp_path):
    logs = LogFiles(["/dev/null"])
    assert list(logs) == []
    assert [spot.reason for spot in logs.unread] == ["it is no ordinary file"]


def test_paths_without_logs_are_refused(tmp_path):
    with pytest.raises(InputError, match="no log files"):
        list(LogFiles([str(tmp_path)]))
    with pytest.raises(InputError, match="does not exist"):
        list(LogFiles([str(tmp_path / "none")]))


def test_there_is_an_end_to_how_many_files_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(log_files, "MAX_FILES", 1)
    for name in "ab":
        (tmp_path / f"{name}.json").write_text("[]")
    with pytest.raises(InputError, match="more than 1 log"):
        list(LogFiles([str(tmp_path)]))
