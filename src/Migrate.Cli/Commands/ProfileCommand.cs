using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Migrate.Cli.Profiling;
using Migrate.Crystals;
using Migrate.Models;
using Migrate.Native;

namespace Migrate.Cli.Commands;

/// <summary><c>migrate profile</c>: predicts under a recording of our events and shows where the time goes.</summary>
internal static class ProfileCommand
{
    public static Command Create(Streams streams)
    {
        var paths = new Argument<string[]>("paths") { Description = "What to predict, as for predict.", Arity = ArgumentArity.OneOrMore };
        var layers = new Option<bool>("--layers") { Description = "A row per layer instead of per kind of work." };
        var repeat = new Option<int>("--repeat") { Description = "Rounds over the input; the first, which warms up, is not counted.", DefaultValueFactory = _ => 3, HelpName = "n" };
        var trace = new Option<string?>("--trace") { Description = "Keep the recording, with samples of managed stacks, as FILE.nettrace (PerfView, dotnet-trace).", HelpName = "file" };
        var speedscope = new Option<string?>("--speedscope") { Description = "Write the stages as a timeline for speedscope.", HelpName = "file" };
        var model = new ModelOptions();
        var command = new Command("profile", "Show where the time of a prediction goes.") { paths, layers, repeat, trace, speedscope };
        model.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(repeat) is < 1 or > 10_000)
            {
                throw new UsageException("--repeat must be 1 to 10000");
            }

            using var loaded = model.Load(parsed, streams);
            loaded.RequireBarriers("profile");
            var options = new PathReadOptions { ImageCount = loaded.Files.Config.ImageCount };
            PathResult[] input = [.. PathReader.ReadMany(PredictCommand.RefuseOptions(parsed.GetValue(paths)!), options)];
            if (Array.TrueForAll(input, r => r.Entry is null))
            {
                throw new InvalidInputException(input.Length > 0 ? input[0].Error!.Message : "no path found to predict");
            }

            var run = new PredictionRun(loaded, double.MaxValue);
            run.Over(input, [], cancel);
            var clock = new Stopwatch();
            var stages = Record(parsed.GetValue(trace), () =>
            {
                clock.Start();
                for (var i = 0; i < parsed.GetValue(repeat); i++)
                {
                    run.Over(input, [], cancel);
                }

                clock.Stop();
            });
            Report(streams, stages, parsed.GetValue(layers), loaded, input.Count(r => r.Entry is not null) * (long)parsed.GetValue(repeat), clock.Elapsed);
            if (parsed.GetValue(speedscope) is { } file)
            {
                SpeedscopeFile.Write(file, stages);
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static List<StageRecord> Record(string? keep, Action action)
    {
        var file = Path.Combine(Path.GetTempPath(), $"migrate-{Guid.NewGuid():n}.nettrace");
        try
        {
            ProfileSession.Record(file, sampleStacks: keep is not null, action);
            var stages = StageReader.Read(file);
            if (keep is not null)
            {
                File.Copy(file, keep, overwrite: true);
            }

            return stages;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Report(
        Streams streams, List<StageRecord> stages, bool layers, LoadedModel loaded, long structures, TimeSpan wall)
    {
        // What a GPU can do is measured by its benchmarks; here only the processor's peaks are known.
        var onGpu = loaded.Runner is CudaInferencePlan;
        var threads = NativeProcessorInfo.DefaultThreads;
        var (flops, bytes) = onGpu ? (0, 0)
            : (NativeProcessorInfo.MeasurePeak(loaded.ArithmeticPeak, threads), NativeProcessorInfo.MeasurePeak(Peak.MemoryCopy, threads));
        var peaks = onGpu ? "stages of the GPU timed one by one, by its own events"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"peaks of this machine on {threads} threads: {flops * 1e-9:n0} GFLOP/s ({loaded.ArithmeticPeak}), {bytes * 1e-9:n1} GB/s");
        streams.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{structures} structures in {wall.TotalSeconds:n2} s, {structures / wall.TotalSeconds:n1} a second; {peaks}"));
        new StageTable(stages, layers, flops, bytes).Write(streams);
    }
}
