namespace Migrate.Models;

/// <summary>ensemble.json: networks and a descriptor model that predict together.</summary>
public sealed record EnsembleConfig
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "ensemble.json";

    /// <summary>Version of the format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format.</summary>
    public int Format { get; set; } = CurrentFormat;

    /// <summary>Checkpoint folders of the networks, below the ensemble's; at least one.</summary>
    public IReadOnlyList<string> Networks { get; set; } = [];

    /// <summary>Share of the descriptor model in the mean, 0 to 1; the networks share the rest evenly.</summary>
    public double DescriptorWeight { get; set; }

    /// <summary>Prediction intervals, calibrated out of fold.</summary>
    public IntervalCalibration? Calibration { get; set; }

    /// <summary>What the ensemble has learned from.</summary>
    public ApplicabilityDomain Domain { get; set; } = new();

    internal void Validate()
    {
        if (Format != CurrentFormat)
        {
            throw new ArgumentException($"format {Format}; this program reads format {CurrentFormat}");
        }

        if (Networks.Count == 0 || Networks.Any(n => n.Length == 0 || n.AsSpan().ContainsAny('/', '\\') || n.StartsWith('.')))
        {
            throw new ArgumentException("networks must name at least one folder below the ensemble's");
        }

        if (DescriptorWeight is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"descriptorWeight is {DescriptorWeight}; it must lie between 0 and 1");
        }
    }
}

/// <summary>What a model has learned from: outside of it a prediction is a guess, and is said to be one.</summary>
public sealed record ApplicabilityDomain
{
    /// <summary>Symbols of the migrating ions; empty where nothing is known of the training.</summary>
    public IReadOnlyList<string> Ions { get; set; } = [];

    /// <summary>Symbols of the frameworks' elements.</summary>
    public IReadOnlyList<string> Elements { get; set; } = [];

    /// <summary>
    /// Openness of the descriptor model (0 for a path like those learned from, 1 for one like none) that 99 % of the training paths stayed below when
    /// their own framework was left out; 0 where unknown.
    /// </summary>
    public double LargestOpenness { get; set; }

    /// <summary>Why a path lies outside, in words, or null where it lies within.</summary>
    /// <param name="band">The path.</param>
    /// <param name="openness">What the descriptor model says of it, or null where there is none.</param>
    public string? Problem(Crystals.Band band, double? openness)
    {
        ArgumentNullException.ThrowIfNull(band);
        if (Ions.Count > 0 && !Ions.Contains(band.MobileIon.Symbol))
        {
            return $"no path of {band.MobileIon.Symbol} was learned from";
        }

        if (Elements.Count > 0)
        {
            var unseen = Enumerable.Range(band.ImageCount, band.Structure.Count - band.ImageCount)
                .Select(i => band.Structure[i].Element.Symbol).Distinct().Where(s => !Elements.Contains(s)).ToList();
            if (unseen.Count > 0)
            {
                return $"no framework with {string.Join(", ", unseen)} was learned from";
            }
        }

        return LargestOpenness > 0 && openness > LargestOpenness
            ? FormattableString.Invariant($"unlike every path that was learned from ({openness:f2} on a scale from 0 to 1; 99 % are below {LargestOpenness:f2})")
            : null;
    }
}
