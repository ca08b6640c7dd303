(* Section IV.B: f*_K on the lattice Z.  Definitions only, as printed in the paper where it prints
   them; K is the number of neighbours on each side. *)

From Coq Require Import Reals ZArith.
From LocalMixup Require Import Sums.
Open Scope R_scope.

(* The outputs y_x of the inputs x in Z. *)
Definition signal := Z -> R.

(* Z/nZ: the outputs repeat with period n. *)
Definition periodic (n : nat) (y : signal) : Prop := forall x, y (x + Z.of_nat n)%Z = y x.

(* Eq. (4): A_K(x) = 1/K sum_{k=1}^{K-1} (K-k) y_{x-k} + k y_{x+K-k}. *)
Definition A (K : nat) (y : signal) (x : Z) : R :=
  / INR K * sum (K - 1) (fun i => let k := S i in
    (INR K - INR k) * y (x - Z.of_nat k)%Z + INR k * y (x + Z.of_nat K - Z.of_nat k)%Z).

(* Eq. (4): S_1 = 0 and S_{K+1} = S_K + A_{K+1} for K >= 1.  The paper gives no S_0. *)
Fixpoint S_ (K : nat) (y : signal) (x : Z) : R :=
  match K with
  | O | 1%nat => 0
  | S J => S_ J y x + A K y x
  end.

(* Eq. (3): f*_K(x) = (2K y_x + S_K(x)) / (K(K+3)/2). *)
Definition f (K : nat) (y : signal) (x : Z) : R :=
  / (INR K * (INR K + 3) / 2) * (2 * INR K * y x + S_ K y x).

(* The Fejér operator: F_m y(x) = 1/m sum_{i,j<m} y(x+i-j).  A segment of length m over all its
   m + 1 positions around x contributes y_x + F_m y(x), see Equation3.v. *)
Definition F (m : nat) (y : signal) (x : Z) : R :=
  / INR m * sum m (fun i => sum m (fun j => y (x + Z.of_nat i - Z.of_nat j)%Z)).

(* Its taps: D_m(k) = max(0, 1 - |k|/m). *)
Definition D (m : nat) (k : Z) : R := Rmax 0 (1 - IZR (Z.abs k) / INR m).

(* A reading of the criterion as a mixture of Fejér operators (Readings.v derives each of them):
   f_K = (constant(K) y + sum_{m=1}^K weight(m) F_m y) / norm(K). *)
Record mixture := { constant : nat -> R; weight : nat -> R; norm : nat -> R }.

Definition mix (M : mixture) (K : nat) (y : signal) (x : Z) : R :=
  (constant M K * y x + sum K (fun i => weight M (S i) * F (S i) y x))
  / norm M K.

(* Each lattice point of each segment counts 1: Eq. (3) and (4), see Equation3.v. *)
Definition counting : mixture :=
  {| constant := fun K => INR K; weight := fun _ => 1; norm := fun K => INR K * (INR K + 3) / 2 |}.

(* The same with ordered pairs and self pairs. *)
Definition counting_self : mixture :=
  {| constant := fun K => 1 + 2 * INR K; weight := fun _ => 2;
     norm := fun K => INR K ^ 2 + 3 * INR K + 1 |}.

(* Segments weighted by their length. *)
Definition length : mixture :=
  {| constant := fun _ => 0; weight := fun _ => 1; norm := fun K => INR K * (INR K + 1) / 2 |}.

(* Definition II.1 with uniform lambda, without self pairs. *)
Definition density : mixture :=
  {| constant := fun _ => 0; weight := fun m => / INR m; norm := fun K => INR K |}.

Definition reading (M : mixture) : Prop :=
  M = counting \/ M = counting_self \/ M = length \/ M = density.

(* Definition II.1 with self pairs over continuous piecewise linear functions: no mixture, but the
   solution f of the normal equations f + 2K B f = y + 2K B g, where g is the function of `density`
   and B f(x) = (f(x-1) + 4 f(x) + f(x+1)) / 6; see ReadingContinuous.v. *)
Definition B (y : signal) (x : Z) : R := (y (x - 1)%Z + 4 * y x + y (x + 1)%Z) / 6.

Definition continuous (K : nat) (y g : signal) : Prop :=
  forall x, g x + 2 * INR K * B g x = y x + 2 * INR K * B (mix density K y) x.

(* The tap of a mixture at lag k: f_K(x) = sum_k tap(k) y_{x+k}. *)
Definition tap (M : mixture) (K : nat) (k : Z) : R :=
  ((if Z.eqb k 0 then constant M K else 0)
   + sum K (fun i => weight M (S i) * D (S i) k)) / norm M K.

(* The sum over the lags |k| < K. *)
Definition lags (K : nat) (g : Z -> R) : R :=
  g 0%Z + sum (K - 1) (fun i => g (Z.of_nat (S i)) + g (- Z.of_nat (S i))%Z).

(* Theorem IV.2: Var(f_K(x)) = sigma^2 V_K with V_K = sum_k tap(k)^2. *)
Definition V (M : mixture) (K : nat) : R := lags K (fun k => tap M K k ^ 2).

(* Definition IV.1 on Z/nZ. *)
Definition mean (n : nat) (y : signal) : R := / INR n * sum n (fun i => y (Z.of_nat i)).
Definition Var (n : nat) (g : signal) : R := mean n (fun x => (g x - mean n g) ^ 2).
Definition Bias2 (n : nat) (g y : signal) : R := mean n (fun x => (g x - y x) ^ 2).

(* The Fourier multiplier of a mixture at the angle theta, the value at 0 of f_K of cos(k theta). *)
Definition multiplier (M : mixture) (K : nat) (theta : R) : R :=
  mix M K (fun k => cos (IZR k * theta)) 0.

(* The harmonic numbers. *)
Definition H (K : nat) : R := sum K (fun i => / INR (S i)).
