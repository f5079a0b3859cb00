"""The model card: front matter that the hub can read, and limits in plain words."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from luthier.facts.evaluation import Interval
from luthier.facts.report import Report
from luthier.stages.report.card import card
from tests.samples import overlap_finding, sample_report, sample_scores


def front(text: str) -> dict[str, object]:
    """The YAML between the dashes."""
    _, block, _ = text.split("---\n", 2)
    found = yaml.safe_load(block)
    assert isinstance(found, dict)
    return found


def with_model(report: Report, model: str) -> Report:
    """The same run from another base model."""
    assert report.evidence.plan is not None
    plan = replace(report.evidence.plan, model=replace(report.evidence.plan.model, id=model))
    return replace(report, evidence=replace(report.evidence, plan=plan))


def stated(report: Report, license: str, languages: dict[str, float]) -> Report:
    """The same run, with a base model that states its license, on rows in these languages."""
    model, data = report.evidence.model, report.evidence.data
    assert model is not None
    assert data is not None
    known = replace(report.evidence, model=replace(model, license=license), data=replace(data, languages=languages))
    return replace(report, evidence=known)


def test_front_matter() -> None:
    """Fields of the hub's specification, with its names for metrics and rounded values."""
    found = front(card(stated(sample_report(), "apache-2.0", {"en": 0.95, "fr": 0.05})))
    index = found["model-index"]
    assert isinstance(index, list)
    result = index[0]["results"][0]

    assert found["library_name"] == "transformers"
    assert found["pipeline_tag"] == "text-classification"
    assert found["license"] == "apache-2.0"
    assert found["language"] == ["en"]
    assert found["metrics"] == ["accuracy", "f1", "matthews_correlation"]
    assert result["dataset"] == {"name": "sms-spam.csv", "type": "sms-spam.csv", "split": "test"}
    assert {one["type"] for one in result["metrics"]} == {"accuracy", "f1", "matthews_correlation"}


def test_unknown_license_is_not_guessed() -> None:
    """Left out where the base model does not state it."""
    assert "license" not in front(card(stated(sample_report(), "", {})))


@pytest.mark.parametrize(("model", "stated"), [("all-MiniLM-L6-v2", True), ("google/bert_uncased", True)])
def test_base_model_with_a_hub_id(model: str, stated: bool) -> None:
    """Stated as the hub spells it."""
    assert front(card(with_model(sample_report(), model))).get("base_model") == (model if stated else None)


def test_local_folder_is_not_published(tmp_path: Path) -> None:
    """A path on this machine is no base model, and appears nowhere in the card."""
    model, data = str(tmp_path / "minilm"), str(tmp_path / "my_data.csv")
    finding = overlap_finding()
    report = sample_report(findings=(replace(finding, numbers=finding.numbers | {"split": model}),))
    facts = report.evidence.data
    assert facts is not None
    report = replace(report, evidence=replace(report.evidence, data=replace(facts, path=data)))
    text = card(with_model(report, model))

    assert "base_model" not in front(text)
    assert str(tmp_path) not in text.replace("\\", "")
    assert "- data: my\\_data.csv" in text
    assert "minilm rows" in text
    assert "Fine-tuned from minilm" in text


def test_hostile_names_stay_text() -> None:
    """A run called like YAML or HTML breaks neither the front matter nor the page."""
    text = card(replace(sample_report(), name="a: [b]\n---\n<script>"))
    index = front(text)["model-index"]
    assert isinstance(index, list)

    assert index[0]["name"] == "a: [b] --- <script>"
    assert "<script>" not in text.split("---\n", 2)[2]


def test_limits() -> None:
    """Where it was tested, how much it reads, its weakest class, what nobody could look for."""
    text = card(sample_report())
    limits = text.split("## Limits")[1].split("## How")[0]

    assert "Tested on 516 rows of the same source" in limits
    assert "first 80 tokens" in limits
    assert "Weakest class: spam" in limits
    assert "group\\_on\\_both\\_sides" in limits
    assert "cannot" not in limits


def test_bad_calibration_is_a_limit() -> None:
    """From five points on the card warns."""
    scores = sample_scores()

    def limits(error: float) -> str:
        model = replace(scores.model, scores=scores.model.scores | {"calibration_error": Interval(error, error, error)})
        return card(sample_report(replace(scores, model=model))).split("## Limits")[1]

    assert "off by 0.060 on average" in limits(0.06)
    assert "off by" not in limits(0.04)
