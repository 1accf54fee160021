"""Control: ops that hold other graphs or give their input back, loops and lazy branches. Names are in the submodules."""
