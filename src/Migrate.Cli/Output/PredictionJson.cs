using System.Text;
using System.Text.Json;

namespace Migrate.Cli;

/// <summary>Predictions as one JSON document, written as they come.</summary>
internal sealed class PredictionJson : IPredictionSink
{
    private readonly PendingFile? _file;
    private readonly TextWriter? _output;
    private readonly Stream _stream;
    private readonly Utf8JsonWriter _json;
    private readonly List<PredictionFailure> _failures = [];
    private bool _completed;

    /// <summary>Into a file, or to standard output where <paramref name="path"/> is null.</summary>
    public PredictionJson(string? path, TextWriter output, LoadedModel model, double threshold)
    {
        _file = path is null ? null : new PendingFile(path);
        _output = path is null ? output : null;
        _stream = _file?.Stream ?? (Stream)new MemoryStream();
        _json = new Utf8JsonWriter(_stream, new JsonWriterOptions { Indented = true });
        _json.WriteStartObject();
        _json.WriteStartObject("model");
        _json.WriteString("name", model.Files.Name);
        _json.WriteString("architecture", model.Files.Config.Architecture);
        if (model.Files.Trees is null)
        {
            _json.WriteNumber("hidden_features", model.Files.Config.Model.HiddenFeatures);
        }

        _json.WriteString("dtype", model.DType);
        if (model.Files.Trees is { } trees)
        {
            _json.WriteNumber("trees", trees.Info.Trees);
            _json.WriteNumber("descriptors", trees.Info.Descriptors.Count);
        }
        else if (model.Files.Ensemble is { } ensemble)
        {
            _json.WriteNumber("networks", model.Files.Networks.Count);
            _json.WriteNumber("descriptor_weight", ensemble.DescriptorWeight);
        }
        else if (model.Files.Config is { PredictsBarrier: false } config)
        {
            _json.WriteNumber("outputs", config.Model.Outputs);
            WriteList("properties", config.Properties, _json.WriteStringValue);
        }
        else
        {
            var scaler = model.Files.Networks[0].Scaler;
            _json.WriteNumber("scaler_minimum_ev", scaler.Unscale(-1));
            _json.WriteNumber("scaler_maximum_ev", scaler.Unscale(1));
        }

        _json.WriteEndObject();
        _json.WriteNumber("threshold_ev", threshold);
        _json.WriteStartArray("predictions");
    }

    public void Add(PredictionRecord record)
    {
        _json.WriteStartObject();
        _json.WriteString("name", record.Name);
        _json.WriteString("source", record.Source);
        _json.WriteNumber("index", record.Index);
        if (record.MobileIon is { } ion)
        {
            _json.WriteString("mobile_ion", ion);
        }

        _json.WriteNumber("sites", record.Sites);
        if (record.HopLength is { } hop)
        {
            _json.WriteNumber("hop_length_angstrom", hop);
        }

        WriteResult(record);
        if (record.Reference is { } reference)
        {
            _json.WriteNumber("reference_ev", reference);
        }

        _json.WriteEndObject();
        Drain();
    }

    public void Fail(PredictionFailure failure) => _failures.Add(failure);

    public void Complete()
    {
        _json.WriteEndArray();
        _json.WriteStartArray("errors");
        foreach (var failure in _failures)
        {
            _json.WriteStartObject();
            _json.WriteString("source", failure.Source);
            _json.WriteNumber("index", failure.Index);
            _json.WriteString("message", failure.Message);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        Drain();
        _output?.WriteLine();
        _output?.Flush();
        // Before the file gets its name: disposing the writer touches the stream.
        _json.Dispose();
        _completed = true;
        _file?.Complete();
    }

    public void Dispose()
    {
        if (!_completed)
        {
            _json.Dispose();
        }

        _file?.Dispose();
    }

    private void WriteResult(PredictionRecord record)
    {
        if (record.Prediction.Outputs is { } outputs)
        {
            WriteList("outputs", outputs, _json.WriteNumberValue);
            WriteList("values", record.Prediction.Values, _json.WriteNumberValue);
            return;
        }

        _json.WriteNumber("barrier_ev", record.Barrier);
        if (double.IsFinite(record.Prediction.Raw))
        {
            _json.WriteNumber("raw", record.Prediction.Raw);
        }

        if (record.Prediction.NebBarrier is { } band)
        {
            _json.WriteNumber("neb_barrier_ev", band);
        }

        if (record.Prediction.Interval is { } interval)
        {
            _json.WriteNumber("lower_90_ev", interval.Lower);
            _json.WriteNumber("upper_90_ev", interval.Upper);
        }

        if (record.Prediction.Warning is { } warning)
        {
            _json.WriteString("warning", warning);
        }

        _json.WriteString("verdict", record.Verdict);
    }

    private void WriteList<T>(string name, IReadOnlyList<T>? items, Action<T> write)
    {
        if (items is not null)
        {
            _json.WriteStartArray(name);
            foreach (var item in items)
            {
                write(item);
            }

            _json.WriteEndArray();
        }
    }

    // Keeps memory constant: what was written goes out before more is added.
    private void Drain()
    {
        const int Enough = 1 << 15;
        if (_json.BytesPending >= Enough)
        {
            _json.Flush();
        }

        if (_output is not null && _stream is MemoryStream { Length: > 0 } memory)
        {
            _output.Write(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
            memory.SetLength(0);
        }
    }
}
