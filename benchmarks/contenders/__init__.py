"""The contenders, a process each: kerasae itself and the same models as others would write them."""
