"""groundplan docs: the site and the diagrams."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.studio import static_site
from tests.cli.conftest import Type, assert_narrow


def test_a_site(type_in: Type, shop: str, tmp_path: Path) -> None:
    site = tmp_path / "out" / "site"
    answer = type_in("docs", "build", str(site), "--json")
    assert (answer.code, answer.err) == (0, "")
    told = answer.json
    assert told["directory"] == str(site)
    pages = list(site.rglob("*.html"))
    assert told["pages"] == len(pages) > 800
    assert told["bytes"] == sum(each.stat().st_size for each in site.rglob("*") if each.is_file())
    assert sorted(each.name for each in site.parent.iterdir()) == ["site"]


def test_a_folder_with_something_else_is_left_alone(
    type_in: Type, shop: str, tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("all I have", encoding="utf-8")
    answer = type_in("docs", "build", str(tmp_path))
    assert (answer.code, answer.out) == (1, "")
    assert "not of a site" in " ".join(answer.err.split())
    assert "Name a new folder" in " ".join(answer.err.split())
    assert_narrow(answer.err)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
    answer = type_in("docs", "build", str(tmp_path / "thesis.txt"))
    assert "is a file" in " ".join(answer.err.split())


def test_a_build_that_fails_leaves_the_old_site(
    type_in: Type, shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / static_site.MARK).touch()
    (site / "index.html").write_text("the old one", encoding="utf-8")

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device", "/x")

    monkeypatch.setattr(static_site, "search_index", fail)
    answer = type_in("docs", "build", str(site))
    assert answer.code == 1
    assert "No space left" in answer.err
    assert (site / "index.html").read_text(encoding="utf-8") == "the old one"
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_nothing_installed(type_in: Type, nothing: str, tmp_path: Path) -> None:
    answer = type_in("docs", "build", str(tmp_path / "site"))
    assert answer.code != 0
    assert "groundplan apply" in answer.err
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("options", "beginning", "words"),
    [
        ((), "erDiagram\n", '"sales.orders" {'),
        (("--format", "dbml"), "Table ", 'Table "sales"."orders" {'),
        (("--format", "svg"), "<svg ", ">orders</text>"),
        (("--module", "crm"), "erDiagram\n", '"crm.customers" {'),
    ],
)
def test_diagrams(
    type_in: Type, shop: str, options: tuple[str, ...], beginning: str, words: str
) -> None:
    answer = type_in("docs", "diagram", *options)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(beginning)
    assert words in answer.out


def test_a_diagram_of_one_module_has_its_tables_alone(type_in: Type, shop: str) -> None:
    text = type_in("docs", "diagram", "--module", "crm", "--format", "dbml").out
    assert text.count("\nTable ") + text.startswith("Table ") == text.count('Table "crm".') == 3


def test_a_diagram_in_a_file(type_in: Type, shop: str, tmp_path: Path) -> None:
    file = tmp_path / "model.mmd"
    answer = type_in("docs", "diagram", "--output", str(file))
    assert (answer.code, answer.out) == (0, f"Written: {file}\n")
    assert file.read_text(encoding="utf-8") == type_in("docs", "diagram").out


def test_a_picture_has_all_modules(type_in: Type, shop: str) -> None:
    answer = type_in("docs", "diagram", "--format", "svg", "--module", "crm")
    assert answer.code == 2
    assert "leave out --module" in answer.err


@pytest.mark.parametrize("name", ["build", "diagram"])
def test_help(type_in: Type, name: str) -> None:
    answer = type_in("docs", name, "--help")
    assert answer.code == 0
    assert "Example: groundplan docs" in answer.out
    assert_narrow(answer.out)
