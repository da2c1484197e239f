explain leak frobnicate
