#!/usr/bin/env bash
# Trains an experiment with several workers on a Slurm cluster: sbatch slurm.sh experiment.json
# --out must be a folder that all nodes share.
#SBATCH --job-name=reslab
#SBATCH --array=1-8           # number of workers; more workers than runs would only wait
#SBATCH --cpus-per-task=4     # threads of each worker
#SBATCH --mem=4G
#SBATCH --time=12:00:00
#SBATCH --signal=INT@120      # 120 s before the time limit, each worker saves its run and ends with exit code 130
#SBATCH --requeue             # a worker whose node fails starts again
#SBATCH --open-mode=append

srun --cpus-per-task="$SLURM_CPUS_PER_TASK" reslab run "$1" --longest-first --out "$SLURM_SUBMIT_DIR/runs"
code=$?
# Out of time: the same job goes on in a new time limit. `scancel` sends SIGTERM, so a cancelled job is not queued again.
if ((code == 130)); then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
