"""What stands in the folder of a saved model: configs, tensors, adapters. Read from files; nothing is loaded or run."""

from dataclasses import dataclass, field

from luthier.facts.arguments import Plain


@dataclass(frozen=True, slots=True)
class SavedConfig:
    """The configs of a saved model.

    Attributes:
        folder: where they stand, below what the user named.
        model: config.json.
        generation: generation_config.json; empty where there is none.
        base: config.json of the base model; empty where the base is not at hand.
        files: names of all files in the folder.
        earlier: label names in the configs of the checkpoints, in id order, by folder; those without names left out.
    """

    folder: str
    model: dict[str, Plain]
    generation: dict[str, Plain] = field(default_factory=dict)
    base: dict[str, Plain] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    earlier: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        """Class that the config names, such as "BertForSequenceClassification"; empty where it names none."""
        named = self.model.get("architectures")
        return str(named[0]) if isinstance(named, tuple) and named else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names in id order; empty where the config has none."""
        names = self.model.get("id2label")
        if not isinstance(names, dict):
            return ()
        return tuple(str(name) for _, name in sorted(names.items(), key=lambda item: (len(item[0]), item[0])))

    @property
    def outputs(self) -> int | None:
        """Classes of the head; None for models without one."""
        count = self.model.get("num_labels")
        return len(self.labels) or (count if isinstance(count, int) else None)


@dataclass(frozen=True, slots=True)
class WeightFacts:
    """The tensors of a saved model, from safetensors headers and bytes.

    Attributes:
        files: safetensors files, below what the user named.
        tensors: name to shape.
        types: storage type ("F32", "BF16") to number of weights.
        not_finite: tensors that hold NaN or infinity.
        empty: tensors without elements, or of bytes that are missing.
        zero: tensors of zeros only, biases and norms not counted.
        constant: tensors of one value only, norms and biases not counted.
        unchanged: tensors bit-identical to the base model's; None where the base is not at hand.
        compared: tensors that the base model has too, under the same name and shape.
        head: tensors of the output head (classifier, score, qa_outputs, lm_head …).
        expected_head: prefix of the head that the config's class has; empty where it is not known.
        embedding_rows: rows of the token embedding; None where it was not found.
        head_differs: whether the head of a language model is stored beside the token embedding with other values; None
            where not both are stored, or only one in memory was read.
        sampled: whether large files were read in part; the share of elements read, 0 to 1.
        learning: tensors that training may change; None where only files were read.
        learning_types: storage type to number of weights that training may change; empty where only files were read.
        fresh_head: whether the biases of the head are exactly zero, as Transformers draws a new one; None where it has
            none.
        moved: how far the matrices of the body lie from those of the base model, each difference as a share of the
            matrix's own length; the median of them. None where the base is not at hand.
    """

    files: tuple[str, ...]
    tensors: dict[str, tuple[int, ...]]
    types: dict[str, int] = field(default_factory=dict)
    not_finite: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    constant: tuple[str, ...] = ()
    unchanged: tuple[str, ...] | None = None
    compared: int = 0
    head: tuple[str, ...] = ()
    expected_head: str = ""
    embedding_rows: int | None = None
    head_differs: bool | None = None
    sampled: float = 1.0
    learning: tuple[str, ...] | None = None
    learning_types: dict[str, int] = field(default_factory=dict)
    fresh_head: bool | None = None
    moved: float | None = None


@dataclass(frozen=True, slots=True)
class AdapterFacts:
    """A saved PEFT adapter.

    Attributes:
        folder: where it stands, below what the user named.
        config: adapter_config.json.
        tensors: name to shape, from adapter_model.safetensors.
        not_finite: tensors that hold NaN or infinity.
        untouched: low-rank pairs whose second matrix is still zero: they add nothing.
        pairs: low-rank pairs in all.
        matched: adapter tensors whose module the base model has; None where the base is not at hand.
        base_modules: names of the base model's modules that hold weights; empty where the base is not at hand.
        base_rows: rows of the base model's token embedding; None where they are not known.
        head: tensors of an output head.
        embeddings: tensors of token embeddings or of the language-model head.
    """

    folder: str
    config: dict[str, Plain]
    tensors: dict[str, tuple[int, ...]] = field(default_factory=dict)
    not_finite: tuple[str, ...] = ()
    untouched: int = 0
    pairs: int = 0
    matched: int | None = None
    base_modules: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    embeddings: tuple[str, ...] = ()
    base_rows: int | None = None
