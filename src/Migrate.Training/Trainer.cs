using System.Diagnostics;
using Migrate.Crystals;
using Migrate.Evaluation;
using Migrate.Graphs;
using Migrate.Models;
using static TorchSharp.torch;

namespace Migrate.Training;

/// <summary>
/// The training loop: batches of bands, L1 loss on the scaled barrier, AdamW under a one-cycle schedule, validation after every epoch,
/// the best epoch kept. A run that was killed goes on from its last saved epoch and gives the same loss curve to the last digit.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly PathStore _paths;
    private readonly RunFolder _folder;
    private readonly GraphLoader _graphs;
    private readonly FineTuning _fineTuning;
    private readonly Device _device;

    /// <summary>A trainer over a data set.</summary>
    /// <param name="options">Settings, validated.</param>
    /// <param name="paths">Labelled paths; the caller keeps ownership.</param>
    /// <param name="folder">Where the run is kept.</param>
    /// <param name="device">Device of the network.</param>
    /// <param name="split">Which paths train and which validate; null for what the settings say.</param>
    public Trainer(TrainingOptions options, PathStore paths, RunFolder folder, Device device, ValidationSplit? split = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(device);
        options.Validate();
        (_options, _paths, _folder, _device) = (options, paths, folder, device);
        Split = split ?? ValidationSplit.Create(paths.GroupKeys, options.Validation);
        if (options.DropLast && Split.Training.Count < options.BatchSize)
        {
            throw new ArgumentException($"dropLast leaves nothing of {Split.Training.Count} training paths in batches of {options.BatchSize}");
        }

        IEnumerable<int> scaled = options.Scaling == TargetScaling.AllPaths ? [.. Split.Training, .. Split.Validation, .. Split.Unused] : Split.Training;
        Scaler = TargetScaler.Fit([.. scaled.Select(i => paths.Barriers[i])], options.LogarithmicTarget);
        _graphs = new GraphLoader(paths, options);
        _fineTuning = new FineTuning(options.FineTuning);
    }

    /// <summary>Which paths train and which validate.</summary>
    public ValidationSplit Split { get; }

    /// <summary>Scaling of the target, from the training paths.</summary>
    public TargetScaler Scaler { get; }

    /// <summary>Validation MAE (eV) of predicting the median of the training barriers: the floor to be under. NaN without validation.</summary>
    public double MedianFloor
    {
        get
        {
            double[] sorted = [.. Split.Training.Select(i => _paths.Barriers[i]).Order()];
            var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
            return Split.Validation.Count == 0 ? double.NaN : Split.Validation.Average(i => Math.Abs(_paths.Barriers[i] - median));
        }
    }

    /// <summary>Trains, or goes on training, to the last epoch.</summary>
    /// <param name="report">Called after every epoch with its record, and once with the records of a resumed run.</param>
    /// <param name="cancel">Stops after the running epoch.</param>
    /// <returns>All records of the run.</returns>
    /// <exception cref="InvalidInputException">The folder holds a run with other data or settings.</exception>
    public IReadOnlyList<EpochRecord> Run(Action<EpochRecord>? report = null, CancellationToken cancel = default)
    {
        if (_options.Threads > 0)
        {
            set_num_threads(_options.Threads);
        }

        var kernels = TrainingKernels.Select(_options.Backend, _device);
        random.manual_seed(_options.Seed);
        using var network = new Alignn(_options.Model, kernels, ScalarType.Float32, _device);
        _fineTuning.Start(network);
        using var optimizer = new AdamW(
            network.named_parameters().Where(p => p.parameter.requires_grad).Select(p => (p.name, p.parameter)), _options.WeightDecay,
            name => AdamW.Decays(_options.Decay, name));
        var progress = Resume(network, optimizer);
        List<EpochRecord> records = [.. _folder.ReadMetrics(progress.Epoch)];
        _folder.Begin(TrainingConfig.Write(_options), RunEnvironment.Current(_device.ToString()));
        _folder.WriteMetrics(records);
        while (progress.Epoch < _options.Epochs && !HasStopped(progress) && !cancel.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            var record = TrainEpoch(network, optimizer, progress);
            record = Validate(network, record) with { Seconds = clock.Elapsed.TotalSeconds };
            records.Add(record);
            // The line first: a run killed in between drops it, and writes it again.
            _folder.WriteMetrics(records);
            Keep(network, optimizer, progress, record);
            report?.Invoke(record);
        }

        return records;
    }

    /// <summary>Predicts paths with the kept epoch of a run that has ended.</summary>
    /// <param name="members">Positions in the data set.</param>
    /// <returns>[n_members] barriers, eV.</returns>
    /// <exception cref="InvalidInputException">The run has kept no epoch.</exception>
    public IReadOnlyList<double> Predict(IReadOnlyList<int> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        using var kept = Checkpoint.Load(_folder.BestFolder, ScalarType.Float32, _device);
        return Predict(kept.Network, members);
    }

    private TrainingProgress Resume(Alignn network, AdamW optimizer)
    {
        var fingerprint = RunFingerprint.Of(_options, _paths, Split);
        var progress = _folder.LoadState(network, optimizer) ?? new TrainingProgress { Fingerprint = fingerprint };
        return progress.Fingerprint == fingerprint
            ? progress
            : throw new InvalidInputException(
                "holds a run with other data or settings; give another run folder, or remove this one to start over", _folder.Root);
    }

    private EpochRecord TrainEpoch(Alignn network, AdamW optimizer, TrainingProgress progress)
    {
        network.train();
        if (network.Options.Variant == AlignnVariant.Model4)
        {
            // What the attention drops follows from seed and epoch alone, so a resumed run drops the same.
            random.manual_seed(unchecked((_options.Seed * 1_000_003L) + progress.Epoch));
        }

        _fineTuning.HoldStill(network);
        var order = Order(progress.Epoch);
        var batches = order.Chunk(_options.BatchSize).ToArray();
        var schedule = new OneCycleSchedule
        {
            TotalSteps = (long)batches.Length * _options.Epochs,
            Peak = _options.LearningRate,
            PercentStart = _options.PercentStart,
        };
        var (lossSum, errorSum, rate) = (0.0, 0.0, 0.0);
        var passes = batches.Select(b => b.Chunk(_options.MicroBatchSize > 0 ? _options.MicroBatchSize : b.Length).ToArray()).ToArray();
        using var ready = _graphs.Batches(passes.SelectMany(b => b)).GetEnumerator();
        for (var b = 0; b < batches.Length; b++)
        {
            optimizer.ZeroGradients();
            foreach (var pass in passes[b])
            {
                ready.MoveNext();
                var (loss, error) = Accumulate(network, ready.Current, pass, batches[b].Length);
                (lossSum, errorSum) = (lossSum + loss, errorSum + error);
            }

            (rate, var beta1) = schedule.At(progress.Step);
            optimizer.Step(rate, beta1);
            progress.Step++;
        }

        progress.Epoch++;
        return new EpochRecord(
            progress.Epoch, progress.Step, rate, lossSum / order.Length, errorSum / order.Length, double.NaN, double.NaN, 0);
    }

    // Sums over the paths of one pass: loss in scaled units and absolute error in eV; gradients are those of the batch mean.
    private (double Loss, double Error) Accumulate(Alignn network, IReadOnlyList<GraphBatch> graphs, int[] pass, int batchLength)
    {
        using var scope = NewDisposeScope();
        using var inputs = InputBatches.Create(graphs, network.Options, network.DType, _device);
        var target = tensor(pass.Select(i => Scaler.Scale(_paths.Barriers[i])).ToArray(), network.DType).to(_device);
        var output = network.Forward(inputs.All);
        var loss = _options.Loss switch
        {
            TrainingLoss.Mse => nn.functional.mse_loss(output, target, nn.Reduction.Sum),
            TrainingLoss.Huber => nn.functional.huber_loss(output, target, 0.1, nn.Reduction.Sum),
            _ => nn.functional.l1_loss(output, target, nn.Reduction.Sum),
        };
        (loss / HeldScalar.Of(batchLength)).backward();
        CpuConvolutionKernels.ThrowIfBackwardFailed();
        using var host = output.detach().cpu().to(ScalarType.Float64);
        var error = host.data<double>().Zip(pass, (scaled, i) => Math.Abs(Scaler.Unscale(scaled) - _paths.Barriers[i])).Sum();
        var value = loss.to(ScalarType.Float64).item<double>();
        return double.IsFinite(value)
            ? (value, error)
            : throw new InvalidOperationException(
                $"the loss became {value} in a batch with {string.Join(", ", pass.Take(4).Select(i => _paths.Names[i]))}; lower learningRate");
    }

    private EpochRecord Validate(Alignn network, EpochRecord record)
    {
        if (Split.Validation.Count == 0)
        {
            return record;
        }

        var members = Full(Split.Validation);
        var predicted = Predict(network, members);
        double[] expected = [.. members.Select(i => _paths.Barriers[i])];
        var metrics = RegressionMetrics.Compute(expected, predicted);
        return record with { ValidationMae = metrics.Mae, ValidationR2 = metrics.R2 };
    }

    private List<double> Predict(Alignn network, IReadOnlyList<int> members)
    {
        network.eval();
        using var guard = no_grad();
        var predicted = new List<double>();
        int[][] batches = [.. members.Chunk(Math.Max(1, _options.MicroBatchSize > 0 ? _options.MicroBatchSize : 8))];
        foreach (var graphs in _graphs.Batches(batches))
        {
            using var inputs = InputBatches.Create(graphs, network.Options, network.DType, _device);
            using var output = network.Forward(inputs.All);
            using var host = output.cpu().to(ScalarType.Float64);
            predicted.AddRange(host.data<double>().Select(Scaler.Unscale));
        }

        return predicted;
    }

    // Without an epoch that validates better for as long as the patience lasts.
    private bool HasStopped(TrainingProgress progress) =>
        _options.Patience > 0 && Split.Validation.Count > 0 && progress.Epoch - progress.BestEpoch >= _options.Patience;

    private void Keep(Alignn network, AdamW optimizer, TrainingProgress progress, EpochRecord record)
    {
        var better = Split.Validation.Count == 0 || progress.BestValidationMae is not { } best || record.ValidationMae < best;
        if (better)
        {
            progress.BestValidationMae = Split.Validation.Count == 0 ? null : record.ValidationMae;
            progress.BestEpoch = record.Epoch;
        }

        var last = progress.Epoch == _options.Epochs;
        if (_options.Keep == KeptEpoch.Last ? last : better && (Split.Validation.Count > 0 || last))
        {
            Checkpoint.Save(_folder.BestFolder, network, _options.Graph, _options.ImageCount, Scaler);
        }

        if (last || progress.Epoch % _options.SaveEvery == 0)
        {
            _folder.SaveState(network, optimizer, progress);
        }
    }

    // Fisher–Yates with its own generator: the order depends on seed and epoch alone, so a resumed run finds the same one.
    private int[] Order(int epoch)
    {
        int[] order = [.. Split.Training];
        if (_options.Shuffle)
        {
            new Random(unchecked((_options.Seed * 1_000_003) + epoch)).Shuffle(order);
        }

        return Full(order);
    }

    // Whole batches alone where the last one is to be dropped.
    private int[] Full(IReadOnlyList<int> members) =>
        _options.DropLast && members.Count >= _options.BatchSize ? [.. members.Take(members.Count / _options.BatchSize * _options.BatchSize)] : [.. members];
}
