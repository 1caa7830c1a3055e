using System.Text.Json;

namespace Migrate.Cli.Profiling;

/// <summary>Stages as a timeline in the file format of speedscope (https://www.speedscope.app), one profile per thread.</summary>
internal static class SpeedscopeFile
{
    public static void Write(string path, IReadOnlyList<StageRecord> stages)
    {
        using var file = new PendingFile(path);
        using (var json = new Utf8JsonWriter(file.Stream))
        {
            string[] frames = [.. stages.Select(Label).Distinct()];
            var index = frames.Select((name, i) => (name, i)).ToDictionary(f => f.name, f => f.i, StringComparer.Ordinal);
            json.WriteStartObject();
            json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
            json.WriteStartObject("shared");
            json.WriteStartArray("frames");
            foreach (var frame in frames)
            {
                json.WriteStartObject();
                json.WriteString("name", frame);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("profiles");
            foreach (var thread in stages.GroupBy(s => s.Thread).OrderBy(g => g.Key))
            {
                WriteThread(json, thread.Key, [.. thread.OrderBy(s => s.End)], index);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        file.Complete();
    }

    private static string Label(StageRecord stage) => stage.Detail.Length > 0 ? $"{stage.Name} ({stage.Detail})" : stage.Name;

    // Stages of one thread follow each other: none is inside another.
    private static void WriteThread(Utf8JsonWriter json, int thread, StageRecord[] stages, Dictionary<string, int> index)
    {
        json.WriteStartObject();
        json.WriteString("type", "evented");
        json.WriteString("name", $"thread {thread}");
        json.WriteString("unit", "milliseconds");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", stages[^1].End);
        json.WriteStartArray("events");
        var last = 0.0;
        foreach (var stage in stages)
        {
            var begin = Math.Max(last, stage.End - stage.Milliseconds);
            WriteEvent(json, "O", index[Label(stage)], begin);
            WriteEvent(json, "C", index[Label(stage)], last = Math.Max(begin, stage.End));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, string type, int frame, double at)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("frame", frame);
        json.WriteNumber("at", at);
        json.WriteEndObject();
    }
}
