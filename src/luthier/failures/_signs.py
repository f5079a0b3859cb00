"""What people see first: the signatures by which failures are looked up, and how each is seen.

A failure names its own in `SIGNS`. The words are fixed here, so that an index by symptom can be made: `luthier explain
--symptom "loss flat"` and docs/failures/symptoms.md. The vocabulary is ours, drawn from the reports that the failures
cite as their sources.
"""

SIGNS: dict[str, str] = {
    "loss exactly 0, gradient norm not finite": "The log says loss 0.0, and grad_norm is nan or inf.",
    "loss exactly 0, gradient norm 0": "The log says loss 0.0 and grad_norm 0.0: nothing enters the loss.",
    "loss flat at ln C or at the class entropy, one class predicted": (
        "The loss stays at 0.693 for two even classes, 1.386 for four, or at the entropy of uneven ones."
    ),
    "loss flat, rate zero or never reached": (
        "The loss hardly moves, and the learning_rate column is 0 or still climbs."
    ),
    "early spike of the gradient norm, then tiny norms": "The grad_norm column jumps in the warmup and stays small.",
    "saw-tooth loss with a fixed period": (
        "The loss falls and jumps back at equal distances, such as each epoch or block."
    ),
    "train loss = accumulation steps × eval loss": (
        "The training loss is a whole multiple of the evaluation loss: gradient_accumulation_steps, or so."
    ),
    "train loss far below eval loss from step 1": (
        "No step was trained yet, and the training loss is already far lower."
    ),
    "start loss near ln V": "The first losses are about the logarithm of the vocabulary size, such as 10.4 for 32,000.",
    "loss floor above 0": "The training loss stops falling well above 0, however long the run.",
    "loss negative or of the wrong size": (
        "The loss is below 0, or far above the loss of guessing, from the first step on."
    ),
    "metric exactly 0 with a good loss": "The evaluation loss falls, and the score is 0.0 throughout.",
    "metric equals the majority share": "Accuracy is the share of the most frequent class, and does not move.",
    "confusion matrix is a permutation": "Classes are told apart well, under each other's names.",
    "all generations hit the length limit": (
        "Every generated text ends because the limit is reached, not by an end token."
    ),
    "generations empty, repeated or garbled": "Texts without a word, one phrase again and again, or wrong characters.",
    "F1 far above EM": "Answers overlap with the right ones and hardly ever equal them.",
    "best checkpoint is the first, or none": "In the state, best_model_checkpoint is the first one, or null.",
    "tuned output equals the base": "The tuned model answers exactly as the model that it came from.",
    "good in the session, bad after reload": (
        "Scores were good before the process ended, and are at chance after loading."
    ),
    "good alone, bad in a batch": "The same text gets another answer beside other texts.",
    "loss falls, score does not": (
        "Training and evaluation loss fall as they should, and the score that counts does not rise."
    ),
    "score looks too good": "Validation or test is near perfect, or far above what others reach.",
    "train falls, eval rises": "Training loss goes on falling while evaluation loss rises.",
    "no better than a baseline": "Word counts or the frozen model reach the same score.",
    "memory or time runs away": "Memory grows until the process dies, or a step takes many times what it should.",
    "crash at first evaluation": "Training runs, and the first evaluation, save or generation raises.",
    "run cannot be resumed": "A checkpoint does not load, or the resumed run does something else than the first.",
    "data quality": "Nothing in the log: it shows when rows are looked at.",
    "configuration": "Nothing in the log: it shows when settings are looked at.",
}
"""Sign to the way in which it is seen."""


def matching(words: str) -> tuple[str, ...]:
    """Signs that hold all of these words, in the sign itself or in the way in which it is seen; those first that hold
    them in the sign.

    Args:
        words: as a person types them, such as "loss flat"; capitals do not matter.
    """
    wanted = words.lower().split()
    in_sign = [sign for sign in SIGNS if all(word in sign.lower() for word in wanted)]
    anywhere = [sign for sign, how in SIGNS.items() if all(word in f"{sign} {how}".lower() for word in wanted)]
    return tuple(dict.fromkeys([*in_sign, *anywhere])) if wanted else ()
