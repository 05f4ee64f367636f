"""What a fresh machine gets is pinned, comes from where the lock files say, and is explained by `make`."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from eventsapp.config import PROJECT_ROOT

VENDOR = PROJECT_ROOT / "static" / "vendor"
READERS = PROJECT_ROOT / "tests" / "vendor"
LOCKED = json.loads((PROJECT_ROOT / "tools" / "vendor" / "package-lock.json").read_text())["packages"]


def pins(name: str) -> dict[str, set[str]]:
    """Package → its lines as pinned; one package may have several, for several versions of Python."""
    found: dict[str, set[str]] = {}
    for line in (PROJECT_ROOT / name).read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([^ ]+)", line):
            found.setdefault(match[1].lower(), set()).add(match[3])
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    text = (PROJECT_ROOT / name).read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.split("\n", 2)[2])
    assert len(blocks) > 30
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE), "an option of pip's"


def test_the_tests_run_on_the_versions_of_the_product() -> None:
    product, tools = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: tools[name] for name in product.keys() & tools.keys()} == {
        name: product[name] for name in product.keys() & tools.keys()
    }


def test_the_vendored_files_are_of_the_locked_versions() -> None:
    bootstrap = (VENDOR / "bootstrap" / "bootstrap.min.css").read_text()[:300]
    calendar = (VENDOR / "fullcalendar" / "calendar.min.js").read_text()[:300]
    htmx = (VENDOR / "htmx" / "htmx.min.js").read_text()
    assert f"v{LOCKED['node_modules/bootstrap']['version']} " in bootstrap
    assert f'version:"{LOCKED["node_modules/htmx.org"]["version"]}"' in htmx
    assert calendar.startswith(f"// FullCalendar v{LOCKED['node_modules/fullcalendar']['version']}, ")
    for name, file in {"ical.js": "ical.min.mjs", "node-ical": "node-ical.min.mjs"}.items():
        program = (READERS / name / file).read_text()
        assert program.startswith(f"// {name} v{LOCKED[f'node_modules/{name}']['version']}, ")


def test_each_vendored_package_has_its_licence_beside_it() -> None:
    assert sorted(folder.name for folder in VENDOR.iterdir()) == [
        "bootstrap",
        "fonts",
        "fullcalendar",
        "htmx",
    ]
    assert sorted(folder.name for folder in READERS.iterdir()) == ["ical.js", "node-ical"]
    for folder in (*VENDOR.iterdir(), *READERS.iterdir()):
        assert (folder / "LICENSE").read_text().strip(), folder.name


def test_the_lock_file_names_no_host() -> None:
    assert [name for name, package in LOCKED.items() if "resolved" in package] == []
    assert [name for name, package in LOCKED.items() if name and "integrity" not in package] == []


def test_make_without_a_word_explains_every_word() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"help", "venv", "venv-dev"}
    help_text = subprocess.run(
        ["make", "-s"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^make ([a-z]+)", help_text, re.MULTILINE)) == targets


@pytest.mark.parametrize(
    "name", ["tools/python_env.sh", "tools/find_browser.sh", "tools/vendor/copy.sh", ".ci/run"]
)
def test_a_script_can_be_run_and_is_well_formed(name: str) -> None:
    path: Path = PROJECT_ROOT / name
    assert path.stat().st_mode & 0o111
    shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"
    subprocess.run([shell, "-n", str(path)], check=True)
