r"""Certificates: small exact proofs that can be checked again without the search that found them.

Each certificate is a frozen dataclass that holds all that its check needs, and nothing else:

====================  ===========================================================================
`Identity`            two rational functions over Q are the same function of their symbols
`Telescoping`         a sum over K has a closed form (base case plus difference)
`Antiderivative`      a derivative, and the integral that follows, in a differential field
`Sign`                a rational function of K, affine in bounded symbols, is positive for K >= K0
`HarmonicBound`       bounds of a generalised harmonic number, by induction
`SequenceBound`       bounds of another sum, by induction
`BallCover`           an inequality holds on an interval, in ball arithmetic over a dyadic partition
`Exact`               finitely many exact relations, every one of them listed
====================  ===========================================================================

The method ``verify()`` recomputes the check in integer, rational or ball arithmetic and raises
`CertificateError` when it fails; no float takes part.  ``scope`` says for which parameters the
certificate speaks, and ``str()`` gives one line for the ledger.  The routines that *search*
(`prove_on_interval`) return certificates and are not trusted by them.
"""

from theory.proofs.certificates.balls import BallCover, enclose, prove_on_interval
from theory.proofs.certificates.base import Certificate, CertificateError
from theory.proofs.certificates.calculus import Antiderivative
from theory.proofs.certificates.exact import Exact, Relation
from theory.proofs.certificates.induction import HarmonicBound, SequenceBound
from theory.proofs.certificates.sign import Sign
from theory.proofs.certificates.telescoping import Identity, Telescoping

__all__ = [
    "Antiderivative",
    "BallCover",
    "Certificate",
    "CertificateError",
    "Exact",
    "HarmonicBound",
    "Identity",
    "Relation",
    "SequenceBound",
    "Sign",
    "Telescoping",
    "enclose",
    "prove_on_interval",
]
