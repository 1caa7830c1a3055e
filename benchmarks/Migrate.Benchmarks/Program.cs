using BenchmarkDotNet.Running;
using Migrate.Benchmarks;
using Migrate.Native;

// Without arguments everything runs; BenchmarkDotNet's own options (--filter, --list …) work. `machine` measures the machine alone.
MemoryAllocator.KeepFreedMemory();
MachinePeaks.Report();
if (args is ["machine"])
{
    return 0;
}

var config = BenchmarkSettings.Create();
var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
return ResultFiles.Keep(summaries) ? 0 : 1;
