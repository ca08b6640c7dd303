"""Exact derivations of the paper's claims, in symbols and rationals.

`LEDGER` holds every claim, {id: Claim}; ``LEDGER["IV.2-lower"].run()`` recomputes its evidence.
From the command line: ``python -m theory --help``.

- `theory.line`: dimension one: the criterion, its exact minimiser, Eq. (1)
- `theory.introduction`: Section I: contradictions and far pairs
- `theory.mixup`: Definition II.1: error function, self pairs, continuous models
- `theory.minibatch`: Definition II.1 in shuffled batches
- `theory.covering`: Section III: the set E(x)
- `theory.lemma_iii1`: Lemma III.1, Eq. (1), against the minimiser
- `theory.exact_weights`: Lemma III.1: the weights for which Eq. (1) is exact
- `theory.theorem_iii2`: Theorem III.2: linear pieces, values at the inputs
- `theory.jumps`: Theorem III.2: one-sided limits, for every Beta law
- `theory.beta_laws`: Theorem III.2: the laws that keep f* piecewise linear
- `theory.low_variance`: text after Theorem III.2: "low variance"
- `theory.graphs`: Section IV.A: the weights of the three graphs
- `theory.symmetry`: Section IV.A: symmetry, and whether close pairs weigh more
- `theory.graph_extremes`: Section IV.A: vanilla and Mixup as the ends of each graph
- `theory.hyperparameter`: Sections I and VI: one parameter, a continuous range
- `theory.gaps`: Eq. (2): where it does not determine the function
- `theory.batches`: Section IV.A: the graph of each batch; the scale of Eq. (2)
- `theory.lattice`: Eqs. (3) and (4): kernel and multiplier of f*_K, for the five readings
- `theory.geometry`: which Z/nZ: winding, circular, interval
- `theory.extremes`: K = 0 as vanilla training, K >= n as Mixup
- `theory.definitions`: Definition IV.1 beside the statistical bias and variance
- `theory.minimiser`: Eqs. (3) and (4) against the criteria, written down and solved
- `theory.convergence`: Theorem IV.1, Eqs. (5)-(7): the limits
- `theory.rates`: Theorem IV.1: how fast, and "zero variance"
- `theory.monotone`: Theorem IV.1, last line: strict decrease for every K
- `theory.iid`: Theorem IV.2: the variance in closed form
- `theory.bounds`: Theorem IV.2, Eq. (8): which K, and the sharp constants
- `theory.oracle`: second moments, an oracle inequality, the best K
- `theory.exponential`: exponential graphs on the lattice
- `theory.linear`: Theorem IV.3 decided for given points and weights
- `theory.invariance`: Theorem IV.3: the smallest counterexample
- `theory.quadratic`: Theorem IV.3: the criterion as a quadratic form, when it holds
- `theory.radial`: Theorem IV.3: thresholded and exponential graphs
- `theory.nearest`: Theorem IV.3: K-nearest-neighbour graphs
- `theory.nonmonotone`: Theorem IV.3: weights that grow with the distance
- `theory.designs`: Theorem IV.3 in higher dimension
- `theory.gauss_markov`: Theorem IV.3 where the linear model is true
- `theory.growing`: Theorem IV.3 in the limit of many points
- `theory.lipschitz`: Sections IV.C, V.B: Q(D) as a bound, and as the optimum
- `theory.lipschitz_curve`: Section V.B: Q(D) as a function of eps
- `theory.segments`: Section V.B: a sample and a segment, two segments
- `theory.lipschitz_pruning`: Section V.B: which segments can raise Q(D)
- `theory.margins`: Sections IV.C, V.B: contradictions, and how much eps adds to Q(D)
- `theory.captions`: Section V.A: the batch-size rule
- `theory.fig4`: Figure 4: what the printed values of Q(D) imply
- `theory.significance`: Section V.C: when printed means differ beyond their intervals
- `theory.table1`: Table I: which printed differences exceed the intervals
- `theory.comparisons`: Section V.C: Fashion-MNIST, AdaMixup, the caption
- `theory.networks`: Section V.C: parameters, layer by layer
- `theory.public_code`: Section V: identities about the published code
- `theory.certificates`: the proof tools
"""

# Claims register themselves on import; the order is that of the paper.
from theory import (  # isort: skip
    introduction,
    mixup,
    minibatch,
    covering,
    lemma_iii1,
    exact_weights,
    theorem_iii2,
    jumps,
    beta_laws,
    low_variance,
    symmetry,
    graph_extremes,
    hyperparameter,
    gaps,
    batches,
    extremes,
    definitions,
    minimiser,
    convergence,
    rates,
    monotone,
    iid,
    bounds,
    oracle,
    exponential,
    invariance,
    quadratic,
    radial,
    nearest,
    nonmonotone,
    designs,
    gauss_markov,
    growing,
    lipschitz,
    lipschitz_curve,
    segments,
    lipschitz_pruning,
    margins,
    captions,
    fig4,
    table1,
    comparisons,
    networks,
    public_code,
    linear,
    graphs,
    significance,
    geometry,
    lattice,
    line,
    piecewise,
)
from theory.evidence import Boundary, Measurement, Proof, Refutation, Unchecked, Verdict
from theory.ledger import LEDGER, Claim, Ledger, Result
from theory.readings import READINGS, Reading

__all__ = [
    "LEDGER",
    "READINGS",
    "Boundary",
    "Claim",
    "Ledger",
    "Measurement",
    "Proof",
    "Reading",
    "Refutation",
    "Result",
    "Unchecked",
    "Verdict",
    "batches",
    "beta_laws",
    "bounds",
    "captions",
    "comparisons",
    "convergence",
    "covering",
    "definitions",
    "designs",
    "exact_weights",
    "exponential",
    "extremes",
    "fig4",
    "gaps",
    "gauss_markov",
    "geometry",
    "graph_extremes",
    "graphs",
    "growing",
    "hyperparameter",
    "iid",
    "introduction",
    "invariance",
    "jumps",
    "lattice",
    "lemma_iii1",
    "line",
    "linear",
    "lipschitz",
    "lipschitz_curve",
    "lipschitz_pruning",
    "low_variance",
    "margins",
    "minibatch",
    "minimiser",
    "mixup",
    "monotone",
    "nearest",
    "networks",
    "nonmonotone",
    "oracle",
    "piecewise",
    "public_code",
    "quadratic",
    "radial",
    "rates",
    "segments",
    "significance",
    "symmetry",
    "table1",
    "theorem_iii2",
]
