"""Did the training show in the results: KPIs, contracts, complaints?"""
