"""Many companies, their officers, partners and operators at work on one deployment, drawn from one seed.

`course` is the table of what a company and its officers do in each stage of its life, `moves` what its people do at any
time, `wrong` what is refused; `partners` and `operators` do their work meanwhile. `run` has it all happen at once.
`proof` is what must be true in the end.
"""
