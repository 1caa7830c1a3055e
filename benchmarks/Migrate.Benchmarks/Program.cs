using BenchmarkDotNet.Running;
using Migrate.Benchmarks;
using Migrate.Benchmarks.Gpu;
using Migrate.Native;

// Without arguments everything runs; BenchmarkDotNet's own options (--filter, --list …) work. `machine` measures the machine alone; `gpu` is
// what benchmarks/gpu runs on a machine with a GPU.
MemoryAllocator.KeepFreedMemory();
if (args is ["gpu", .. var words])
{
    return GpuCommand.Run(words);
}

MachinePeaks.Report();
if (args is ["machine"])
{
    return 0;
}

var config = BenchmarkSettings.Create();
var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
return ResultFiles.Keep(summaries) ? 0 : 1;
