print("preflight to come")
