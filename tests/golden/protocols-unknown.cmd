protocols show rdis
