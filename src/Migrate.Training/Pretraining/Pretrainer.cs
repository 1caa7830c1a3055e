using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training.Pretraining;

/// <summary>
/// Multi-property pre-training: one trunk and one head per property, masked L1 loss, AdamW under a one-cycle schedule, batches filled by
/// triplets. Held-out structures are scored after every epoch and decide nothing; the last epoch is kept. A killed run goes on from its
/// last epoch and gives the same loss curve.
/// </summary>
public sealed class Pretrainer
{
    private readonly PretrainingOptions _options;
    private readonly PropertyTable _table;
    private readonly RunFolder _folder;
    private readonly Device _device;
    private readonly GraphCache _graphs;
    private readonly TripletBatches _batches;
    private readonly int[] _training, _heldOut;

    /// <summary>A pre-training.</summary>
    /// <param name="options">Settings, validated.</param>
    /// <param name="table">The data.</param>
    /// <param name="folder">Where the run is kept.</param>
    /// <param name="device">Device of the network.</param>
    /// <exception cref="ArgumentException">A property has no two different training values, or no held-out one.</exception>
    public Pretrainer(PretrainingOptions options, PropertyTable table, RunFolder folder, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(device);
        options.Validate();
        (_options, _table, _folder, _device) = (options, table, folder, device);
        Scalers = PropertyScalers.Fit(table, options);
        int[] all = [.. Enumerable.Range(0, table.Structures.Count)];
        _training = [.. all.Where(i => !table.HeldOut[i])];
        _heldOut = [.. all.Where(i => table.HeldOut[i])];
        RequireHeldOut();
        _graphs = new GraphCache(new CpuGraphKernels(), new GraphCacheOptions { MemoryBytes = (long)options.GraphCacheMegabytes << 20 });
        int[] triplets = [.. OrderedParallel.Map(all, i => Graph(i).Line.TripletCount)];
        // By number of structures: each counts one.
        _batches = options.BatchSize > 0
            ? new TripletBatches([.. triplets.Select(_ => 1)], options.BatchSize, options.Seed)
            : new TripletBatches(triplets, options.TripletsPerBatch, options.Seed);
    }

    /// <summary>Scaling of each property.</summary>
    public IReadOnlyList<TargetScaler> Scalers { get; }

    /// <summary>Structures that train, and structures that are held out.</summary>
    public (int Training, int HeldOut) Counts => (_training.Length, _heldOut.Length);

    /// <summary>Trains, or goes on training, to the last epoch.</summary>
    /// <param name="report">Called after every epoch with its record and the scores of the held-out structures.</param>
    /// <param name="cancel">Stops after the running epoch.</param>
    /// <returns>Scores after the last epoch.</returns>
    /// <exception cref="InvalidInputException">The folder holds a run with other data or settings.</exception>
    public IReadOnlyList<PropertyScore> Run(Action<PretrainingEpoch>? report = null, CancellationToken cancel = default)
    {
        if (_options.Threads > 0)
        {
            set_num_threads(_options.Threads);
        }

        random.manual_seed(_options.Seed);
        var model = _options.Model with { Outputs = _options.Properties.Count };
        using var network = new Alignn(model, TrainingKernels.Select(_options.Backend, _device), ScalarType.Float32, _device);
        using var optimizer = new AdamW(
            network.named_parameters().Select(p => (p.name, p.parameter)), _options.WeightDecay, AdamW.PublishedDecayGroup);
        var progress = Resume(network, optimizer);
        _folder.Begin(PretrainingConfig.Write(_options), RunEnvironment.Current(_device.ToString()));
        var schedule = Schedule();
        var metrics = new PretrainingMetrics(_folder, progress.Epoch);
        IReadOnlyList<PropertyScore> scores = progress.Epoch > 0 ? Score(network) : [];
        while (progress.Epoch < _options.Epochs && !cancel.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            var loss = TrainEpoch(network, optimizer, schedule, progress);
            scores = Score(network);
            var epoch = new PretrainingEpoch(progress.Epoch, progress.Step, loss, scores, clock.Elapsed.TotalSeconds);
            if (progress.Epoch == _options.Epochs)
            {
                Checkpoint.SaveProperties(
                    _folder.BestFolder, network, _options.Graph, [.. _options.Properties.Zip(Scalers, (p, scaler) => (p.Unit.Length == 0 ? p.Name : $"{p.Name} ({p.Unit})", scaler))]);
            }

            // The line first: a run killed in between drops it, and writes it again.
            metrics.Add(epoch);
            _folder.SaveState(network, optimizer, progress);
            report?.Invoke(epoch);
        }

        return scores;
    }

    private void RequireHeldOut()
    {
        for (var p = 0; p < _options.Properties.Count; p++)
        {
            if (_heldOut.All(i => double.IsNaN(_table.Values[i][p])))
            {
                throw new ArgumentException(
                    $"property '{_options.Properties[p].Name}': no structure that has it is held out; raise heldOutFraction or give more structures");
            }
        }
    }

    private TrainingProgress Resume(Alignn network, AdamW optimizer)
    {
        var settings = PretrainingConfig.Write(_options with { Data = "", GraphCacheMegabytes = 0 });
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(settings), .. _table.ContentHash]));
        var progress = _folder.LoadState(network, optimizer) ?? new TrainingProgress { Fingerprint = fingerprint };
        return progress.Fingerprint == fingerprint
            ? progress
            : throw new InvalidInputException(
                "holds a run with other data or settings; give another run folder, or remove this one to start over", _folder.Root);
    }

    // Filling by triplets makes a few batches more in one epoch than in another; the schedule needs their sum.
    private OneCycleSchedule Schedule() => new()
    {
        TotalSteps = Enumerable.Range(0, _options.Epochs).Sum(epoch => (long)_batches.Shuffled(_training, epoch).Count),
        Peak = _options.LearningRate,
        PercentStart = _options.PercentStart,
    };

    private double TrainEpoch(Alignn network, AdamW optimizer, OneCycleSchedule schedule, TrainingProgress progress)
    {
        network.train();
        var batches = _batches.Shuffled(_training, progress.Epoch);
        var sum = 0.0;
        foreach (var (members, graphs) in Load(batches))
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGradients();
            using var batch = BandBatch.Create(graphs, network.Options, network.DType, _device);
            var (target, has) = Targets(members);
            var loss = MaskedLoss.MeanAbsoluteError(Rows(network.Forward(batch)), target, has);
            loss.backward();
            CpuConvolutionKernels.ThrowIfBackwardFailed();
            var value = loss.to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(value))
            {
                throw new InvalidOperationException($"the loss became {value} in epoch {progress.Epoch + 1}; lower learningRate");
            }

            sum += value * members.Length;
            var (rate, beta1) = schedule.At(progress.Step++);
            optimizer.Step(rate, beta1);
        }

        progress.Epoch++;
        return sum / _training.Length;
    }

    private IReadOnlyList<PropertyScore> Score(Alignn network)
    {
        network.eval();
        using var guard = no_grad();
        var count = _options.Properties.Count;
        var (expected, predicted) = (Lists(count), Lists(count));
        foreach (var (members, graphs) in Load(_batches.Fill(_heldOut)))
        {
            var output = network.Evaluate(graphs);
            for (var m = 0; m < members.Length; m++)
            {
                for (var p = 0; p < count; p++)
                {
                    if (_table.Values[members[m]][p] is var value && !double.IsNaN(value))
                    {
                        expected[p].Add(value);
                        predicted[p].Add(Scalers[p].Unscale(output[(m * count) + p]));
                    }
                }
            }
        }

        return [.. _options.Properties.Select((property, p) => new PropertyScore(
            property.Name,
            property.Unit,
            _training.Count(i => !double.IsNaN(_table.Values[i][p])),
            RegressionMetrics.Compute(expected[p], predicted[p]),
            expected[p].Average(value => Math.Abs(value - Scalers[p].Mean))))];
    }

    private IEnumerable<(int[] Members, GraphBatch Graphs)> Load(IReadOnlyList<int[]> batches) => OrderedParallel.Ahead(
        batches.Select(members => (members, GraphBatch.Create([.. OrderedParallel.Map(members, Graph)]))), 1);

    private BandGraph Graph(int i) => _graphs.GetOrBuild(_table.Structures[i], 0, _options.Graph);

    private (Tensor Target, Tensor Has) Targets(int[] members)
    {
        var count = _options.Properties.Count;
        var (target, has) = (new float[members.Length * count], new float[members.Length * count]);
        for (var m = 0; m < members.Length; m++)
        {
            for (var p = 0; p < count; p++)
            {
                if (_table.Values[members[m]][p] is var value && !double.IsNaN(value))
                {
                    target[(m * count) + p] = (float)Scalers[p].Scale(value);
                    has[(m * count) + p] = 1;
                }
            }
        }

        return (tensor(target, [members.Length, count]).to(_device), tensor(has, [members.Length, count]).to(_device));
    }

    // One property has one output, which comes without its axis.
    private static Tensor Rows(Tensor output) => output.dim() == 1 ? output.unsqueeze(1) : output;

    private static List<double>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<double>())];
}
