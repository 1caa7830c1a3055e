using System.Runtime.CompilerServices;

// Every struct and argument crosses the boundary as it lies in memory.
[assembly: DisableRuntimeMarshalling]
