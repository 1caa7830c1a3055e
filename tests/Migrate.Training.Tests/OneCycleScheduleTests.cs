using System.Text.Json;
using Migrate.Testing;

namespace Migrate.Training.Tests;

/// <summary>The schedule against torch's OneCycleLR (golden/schedule: rows of step, learning rate, β1).</summary>
public class OneCycleScheduleTests
{
    [Fact]
    public void Equals_torch_at_every_listed_step()
    {
        using var table = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFolder.Require(), "golden", "schedule", "onecycle.json")));
        var rows = 0;
        foreach (var setup in table.RootElement.EnumerateObject().Select(p => p.Value))
        {
            var schedule = new OneCycleSchedule
            {
                TotalSteps = setup.GetProperty("total_steps").GetInt64(),
                Peak = setup.GetProperty("max_lr").GetDouble(),
                PercentStart = setup.GetProperty("pct_start").GetDouble(),
                DivFactor = setup.GetProperty("div_factor").GetDouble(),
                FinalDivFactor = setup.GetProperty("final_div_factor").GetDouble(),
            };
            foreach (var row in setup.GetProperty("rows").EnumerateArray())
            {
                var (rate, beta1) = schedule.At(row[0].GetInt64());
                Assert.Equal(row[1].GetDouble(), rate, 1e-15);
                Assert.Equal(row[2].GetDouble(), beta1, 1e-12);
                rows++;
            }
        }

        Assert.True(rows > 20);
    }

    [Fact]
    public void Starts_low_peaks_at_the_given_share_and_ends_near_zero()
    {
        var schedule = new OneCycleSchedule { TotalSteps = 100, Peak = 1e-3 };
        Assert.Equal(4e-5, schedule.At(0).LearningRate, 1e-15);
        Assert.Equal(0.95, schedule.At(0).Beta1, 1e-12);
        Assert.Equal(1e-3, schedule.At(29).LearningRate, 1e-12);
        Assert.Equal(0.85, schedule.At(29).Beta1, 1e-12);
        Assert.Equal(4e-9, schedule.At(99).LearningRate, 1e-15);
    }
}
