using Microsoft.Diagnostics.Tracing;
using Migrate.Graphs.Diagnostics;

namespace Migrate.Cli.Profiling;

/// <summary>Reads the stages of a .nettrace file.</summary>
internal static class StageReader
{
    public static List<StageRecord> Read(string file)
    {
        var records = new List<StageRecord>();
        using var source = new EventPipeEventSource(file);
        source.Dynamic.All += data =>
        {
            if (data.ProviderName == MigrateEvents.ProviderName && data.Opcode == TraceEventOpcode.Stop)
            {
                records.Add(new StageRecord(
                    (string)data.PayloadByName("name"),
                    (string)data.PayloadByName("detail"),
                    data.TimeStampRelativeMSec,
                    (double)data.PayloadByName("microseconds") / 1000,
                    data.ThreadID,
                    (long)data.PayloadByName("structures"),
                    (long)data.PayloadByName("bonds"),
                    (long)data.PayloadByName("triplets"),
                    (double)data.PayloadByName("flops"),
                    (double)data.PayloadByName("bytes")));
            }
        };
        source.Process();
        return records;
    }
}
