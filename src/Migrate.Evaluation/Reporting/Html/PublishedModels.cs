namespace Migrate.Evaluation;

/// <summary>What is known of published models without their predictions at hand, and what their columns mean.</summary>
internal static class PublishedModels
{
    /// <summary>Title of Orb-v3 with the nudged elastic band.</summary>
    public const string OrbTitle = "Orb-v3 + NEB, end points relaxed";

    /// <summary>Where its scores come from.</summary>
    public const string OrbSource =
        "Orb-v3 + NEB: from the barriers per path that accompany Bheemaguli, Xiao and Sai Gautam, Digital Discovery 2026 (arXiv 2512.03642); 55 of the 60 test paths.";

    /// <summary>Paths of the test set it has a barrier for.</summary>
    public const int OrbPaths = 55;

    /// <summary>The model the others of the paper are measured by: its best.</summary>
    public const string BestColumn = "model3";

    /// <summary>R² of Orb-v3 with the nudged elastic band; only the standard error is known of its spread.</summary>
    public static readonly Estimate OrbR2 = new(0.819, 0.074, double.NaN, double.NaN);

    /// <summary>Its MAE, eV.</summary>
    public static readonly Estimate OrbMae = new(0.157, 0.022, double.NaN, double.NaN);

    /// <summary>As tables show the model of a column.</summary>
    public static string Title(string column) => column switch
    {
        "model1" => "MODEL-1, published",
        "model2" => "MODEL-2, published",
        "model3" => "MODEL-3, published",
        "model4" => "MODEL-4, published",
        "mace_relax" => "MACE-NEB, end points relaxed",
        "mace_no_relax" => "MACE-NEB, not relaxed",
        _ => column,
    };
}
