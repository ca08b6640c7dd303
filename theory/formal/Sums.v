(* Finite sums of real numbers: sum n f = f 0 + f 1 + ... + f (n-1). *)

From Coq Require Import Reals.
Open Scope R_scope.

Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with
  | O => 0
  | S m => sum m f + f m
  end.
