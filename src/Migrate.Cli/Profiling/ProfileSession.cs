using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Migrate.Graphs.Diagnostics;

namespace Migrate.Cli.Profiling;

/// <summary>
/// Records the events of this process into a .nettrace file while something runs: our stages, and, where asked for, the runtime's
/// samples of managed stacks.
/// </summary>
internal static class ProfileSession
{
    /// <summary>Runs an action under a session.</summary>
    /// <param name="file">Written anew.</param>
    /// <param name="sampleStacks">Also sample managed stacks, for flame graphs in PerfView or speedscope.</param>
    /// <param name="action">What to record.</param>
    public static void Record(string file, bool sampleStacks, Action action)
    {
        List<EventPipeProvider> providers = [new(MigrateEvents.ProviderName, EventLevel.Informational)];
        if (sampleStacks)
        {
            providers.Add(new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational));
            providers.Add(new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x10)); // names of compiled methods
        }

        using var session = new DiagnosticsClient(Environment.ProcessId).StartEventPipeSession(providers, requestRundown: sampleStacks);
        using var output = new FileStream(file, FileMode.Create, FileAccess.Write);
        // The stream has to be read while the session runs, and ends after it was stopped.
        var copying = Task.Run(() => session.EventStream.CopyTo(output));
        try
        {
            WaitUntilEnabled();
            action();
        }
        finally
        {
            session.Stop();
            copying.GetAwaiter().GetResult();
        }
    }

    // The session's command reaches the provider on another thread.
    private static void WaitUntilEnabled()
    {
        for (var i = 0; i < 200 && !MigrateEvents.Log.IsEnabled(); i++)
        {
            Thread.Sleep(10);
        }
    }
}
