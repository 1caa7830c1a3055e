namespace Migrate.Training;

/// <summary>Where a run stands; saved with every resumable state.</summary>
public sealed record TrainingProgress
{
    /// <summary>Epochs completed.</summary>
    public int Epoch { get; set; }

    /// <summary>Optimizer steps taken.</summary>
    public long Step { get; set; }

    /// <summary>Lowest validation MAE so far, eV; null before the first validation.</summary>
    public double? BestValidationMae { get; set; }

    /// <summary>Epoch of the lowest validation MAE.</summary>
    public int BestEpoch { get; set; }

    /// <summary>SHA-256 of the data and the settings that decide the loss curve: a run only resumes with the same.</summary>
    public string Fingerprint { get; set; } = "";
}
