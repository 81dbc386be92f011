// The cluster build (-p:Orleans=true): the same names from Microsoft Orleans.
global using Orleans;
global using Orleans.Concurrency;
global using Orleans.Runtime;
global using Orleans.Storage;
global using Orleans.Streams;
