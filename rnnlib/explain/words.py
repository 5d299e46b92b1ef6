"""What a frame shows, said in plain words (`sentence`), and the line of code that computes it (`code`)."""

from ..cycles import Cycle
from .board import Frame
from .spelling import number, value_words

FORMULA = {
    ("squared_error", "linear"): "1/2 (y_hat − y)²",
    ("squared_error", "sigmoid"): "1/2 (y_hat − y)²",
    ("squared_error", "softmax"): "1/2 (y_hat − y)²",
    ("cross_entropy", "sigmoid"): "−y log y_hat − (1 − y) log(1 − y_hat)",
    ("cross_entropy", "softmax"): "−y log y_hat",
}


def loss_formula(cycle: Cycle) -> str:
    """Return how the loss is written, per output; K outputs are added up."""
    formula = FORMULA[cycle.grads.loss_name, cycle.trace.output]
    return f"sum over k of {formula}" if cycle.trace.weights.K > 1 else formula


def sentence(cycle: Cycle, frame: Frame) -> str:
    """Return one or two plain sentences that say what the frame shows, with its numbers."""
    return SENTENCES[frame.kind](cycle, frame.t)


def forward_sentence(cycle: Cycle, t: int) -> str:
    """Say going forward at step t."""
    trace = cycle.trace
    return (
        f"Forward, step {t}: a{t} = Wi x{t} + Wh O{t - 1} = {value_words(trace.a[t])}, "
        f"and O{t} = {trace.hidden}(a{t}) = {value_words(trace.O[t])}."
    )


def loss_sentence(cycle: Cycle, t: int) -> str:
    """Say the prediction and its loss."""
    trace, y = cycle.trace, cycle.grads.y
    return (
        f"The last output O{t} predicts y_hat = {value_words(trace.y_hat)}; the target is y = {value_words(y)}. "
        f"The loss is L = {loss_formula(cycle)} = {number(cycle.grads.loss)}."
    )


def term_sentence(cycle: Cycle, t: int) -> str:
    """Say the term of step t."""
    weight, factors = cycle.weight, cycle.chains[t].factors
    where = "Wo, which is used once" if weight == "Wo" else f"the copy of {weight} used at step {t}"
    text = f"Term of step {t}: {len(factors)} factors lead from the loss back to {where}. Their product is "
    text += f"{value_words(cycle.chains[t].product)}."
    return text if weight == "Wo" else f"{text} The sum so far is {value_words(cycle.running[t])}."


def sum_sentence(cycle: Cycle, t: int) -> str:
    """Say the sum of the terms."""
    n, weight = len(cycle.steps), cycle.weight
    if n == 1:
        return f"There is one path, so its term is the whole gradient: dL/d{weight} = {value_words(cycle.total)}."
    return f"{weight} is used at {n} steps, so {n} terms add up: dL/d{weight} = {value_words(cycle.total)}."


def update_sentence(cycle: Cycle, t: int) -> str:
    """Say the update."""
    weight, rate = cycle.weight, number(cycle.learning_rate)
    old, new = cycle.grads.loss, cycle.new_loss
    way = "falls" if new < old else "rises" if new > old else "stays"
    return (
        f"Update: {weight}_new = {weight} − {rate} · dL/d{weight} = {value_words(getattr(cycle.updated, weight))}. "
        f"With Wi, Wh and Wo all updated, the loss {way} from {number(old)} to {number(new)}."
    )


SENTENCES = {
    "forward": forward_sentence,
    "loss": loss_sentence,
    "term": term_sentence,
    "sum": sum_sentence,
    "update": update_sentence,
}


def code(cycle: Cycle, frame: Frame) -> str:
    """Return the line of code whose result the frame shows, given `w`, `x`, `O0`, `y`, `trace` and `grads`."""
    trace, weight = cycle.trace, cycle.weight
    chosen = (("hidden", trace.hidden, "tanh"), ("output", trace.output, "linear"))
    options = "".join(f', {name}="{word}"' for name, word, usual in chosen if word != usual)
    loss = "" if cycle.grads.loss_name == "squared_error" else f', loss="{cycle.grads.loss_name}"'
    of_step = "" if weight == "Wo" else f", t={frame.t}"
    return {
        "forward": f"forward(w, x, O0{options}).O[{frame.t}]",
        "loss": f"loss_value(trace, y{loss})",
        "term": f'chain(trace, y, weight="{weight}"{of_step}{loss}).product',
        "sum": f"backward(trace, y{loss}).dL_d{weight}",
        "update": f"update(w, grads, learning_rate={cycle.learning_rate:g}).{weight}",
    }[frame.kind]
