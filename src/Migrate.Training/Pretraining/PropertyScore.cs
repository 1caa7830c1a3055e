using Migrate.Evaluation;

namespace Migrate.Training.Pretraining;

/// <summary>How well a property is predicted on the held-out structures.</summary>
/// <param name="Name">The property.</param>
/// <param name="Unit">Unit of the errors.</param>
/// <param name="Training">Training structures that have it.</param>
/// <param name="Metrics">Of the held-out structures that have it.</param>
/// <param name="FloorMae">Mean absolute error of predicting the training mean.</param>
public sealed record PropertyScore(string Name, string Unit, int Training, RegressionMetrics Metrics, double FloorMae);
