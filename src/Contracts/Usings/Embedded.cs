// The default build: the names of the grain model come from our embedded runtime.
global using Commission.Embedded;
