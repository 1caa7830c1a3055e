using System.Diagnostics;
using System.Globalization;

namespace Migrate.Benchmarks.Gpu;

/// <summary>The word <c>gpu</c>: every case in a process of its own, then one report.</summary>
internal static class GpuCommand
{
    /// <summary>Runs it.</summary>
    /// <returns>0, or 1 if a case failed, 2 for a wrong command line.</returns>
    public static int Run(IReadOnlyList<string> words)
    {
        GpuSettings settings;
        try
        {
            settings = GpuSettings.Parse(words);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"gpu: {e.Message}");
            return 2;
        }

        if (settings.Case is { } name)
        {
            return RunCase(settings, GpuRunners.Cases.Single(c => c.Name == name));
        }

        GpuCase[] cases = [.. GpuRunners.Cases.Where(c => settings.Only.Count == 0 || settings.Only.Any(o => c.Name.Contains(o, StringComparison.Ordinal)))];
        if (settings.List)
        {
            Console.WriteLine(string.Join('\n', cases.Select(c => c.Name)));
            return 0;
        }

        return RunAll(settings, cases);
    }

    private static int RunAll(GpuSettings settings, GpuCase[] cases)
    {
        Directory.CreateDirectory(settings.Exchange);
        SampleModel.Ensure(settings.ModelFolder, settings.Network);
        var report = new GpuReport(TorchName(), DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), settings.DryRun, []);
        var failed = false;
        Console.WriteLine(GpuReport.TableHead);
        foreach (var gpuCase in cases)
        {
            var rows = settings.InProcess ? Measure(settings, gpuCase, report.Rows) : Spawn(settings, gpuCase, report.Rows);
            failed |= rows.Any(r => r.Value is null && r.Note.StartsWith("failed", StringComparison.Ordinal));
            report.Rows.AddRange(rows);
            // After every case: what was measured stays, whatever happens to this process.
            report.Write(settings.Output);
            rows.ForEach(row => Console.WriteLine(row.ToMarkdown()));
        }

        return failed ? 1 : 0;
    }

    private static int RunCase(GpuSettings settings, GpuCase gpuCase)
    {
        var earlier = File.Exists(settings.Output) ? GpuReport.Read(settings.Output).Rows : [];
        var rows = Measure(settings, gpuCase, earlier);
        new GpuReport("", "", settings.DryRun, rows).Write(settings.Output);
        return 0;
    }

    private static List<GpuRow> Measure(GpuSettings settings, GpuCase gpuCase, IReadOnlyList<GpuRow> earlier)
    {
        var rows = new List<GpuRow>();
        try
        {
            if (gpuCase.Missing() is { } reason)
            {
                return [GpuRow.Without(gpuCase, $"skipped: {reason}")];
            }

            foreach (var row in gpuCase.Run(new GpuContext(settings) { Earlier = earlier }))
            {
                rows.Add(row);
            }
        }
        catch (Exception e)
        {
            // Whatever it is, the other cases go on; the whole story is in the log.
            Console.Error.WriteLine($"{gpuCase.Name}: {e}");
            rows.Add(GpuRow.Without(gpuCase, $"failed: {e.GetType().Name}: {e.Message.Split('\n')[0]}"));
        }

        return rows;
    }

    private static List<GpuRow> Spawn(GpuSettings settings, GpuCase gpuCase, List<GpuRow> earlier)
    {
        var file = Path.Combine(settings.Exchange, "case.json");
        new GpuReport("", "", settings.DryRun, earlier).Write(file);
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["gpu", .. settings.WordsOf(gpuCase, file)]))!;
        if (!process.WaitForExit(TimeSpan.FromSeconds(settings.CaseSeconds)))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return [GpuRow.Without(gpuCase, string.Create(CultureInfo.InvariantCulture, $"failed: ended after {settings.CaseSeconds} seconds"))];
        }

        return process.ExitCode == 0
            ? GpuReport.Read(file).Rows
            : [GpuRow.Without(gpuCase, $"failed: the process ended with code {process.ExitCode}, see the log")];
    }

    // In another process, too: a libtorch that cannot be loaded must not end this one.
    private static string TorchName() => DeviceMemory.Used() is null ? "cpu" : "cuda";
}
