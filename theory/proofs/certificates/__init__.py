r"""Certificates: small exact proofs that can be checked again without the search that found them.

Each certificate is a frozen dataclass that holds all that its check needs, and nothing else:

====================  ===========================================================================
`Identity`            two rational functions over Q are the same function of their symbols
`Telescoping`         a sum over K has a closed form (base case plus difference)
`Antiderivative`      a derivative, and the integral that follows, in a differential field
`Sign`                a rational function of K, affine in bounded symbols, is positive for K >= K0
`SequenceBound`       bounds of a sum, such as a harmonic number, by induction
`Exact`               exact relations, every one listed; `complete` if there are no others
====================  ===========================================================================

The method ``verify()`` recomputes the check in integer, rational or ball arithmetic and raises
`CertificateError` when it fails; no float takes part.  ``scope`` says for which parameters the
certificate speaks, and ``str()`` gives one line for the ledger.
"""

from theory.proofs.certificates.base import Certificate, CertificateError
from theory.proofs.certificates.exact import Cases, Exact, Relation, enclose, equalities
from theory.proofs.certificates.fields import Antiderivative, Identity, Telescoping
from theory.proofs.certificates.sign import SequenceBound, Sign

__all__ = [
    "Antiderivative",
    "Cases",
    "Certificate",
    "CertificateError",
    "Exact",
    "Identity",
    "Relation",
    "SequenceBound",
    "Sign",
    "Telescoping",
    "enclose",
    "equalities",
]
